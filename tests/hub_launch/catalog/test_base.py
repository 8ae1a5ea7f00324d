import pytest
from pydantic import TypeAdapter, ValidationError

from hub_launch.catalog.base import Date, EnvName, HttpsUrl, HttpUrl, Id, Name, Sha256, Version


def accepts(kind, value):
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("good", ["ab", "time", "a1", "sequential-thinking", "a" * 64, "2048"])
def test_an_id_is_lower_case_letters_digits_and_hyphens(good):
    assert accepts(Id, good)


@pytest.mark.parametrize(
    "bad",
    [
        "a",
        "",
        "a" * 65,
        "Time",
        "a_b",
        "-ab",
        "ab-",
        "a b",
        "../x",
        "a.b",
        "a/b",
        "t\u0456me",
        "ab\n",
        "a\nb",
        "a@1",
        12,
    ],
)
def test_nothing_else_is_an_id(bad):
    assert not accepts(Id, bad)


@pytest.mark.parametrize("good", ["io.github.user/server", "a/b", "com.example/My_Server.v2", "a-b.c/d"])
def test_a_name_is_a_namespace_and_a_name(good):
    assert accepts(Name, good)


@pytest.mark.parametrize("bad", ["server", "a/b/c", "/b", "a/", "-a/b", "a./b", "a/b-", "a b/c", "a/b\n", "ä/b"])
def test_a_name_without_both_parts_or_with_odd_ends_is_refused(bad):
    assert not accepts(Name, bad)


@pytest.mark.parametrize("good", ["1.2.3", "2026.8.31", "1.0.0-rc.1+build", "1!2.0", "0.1.0a1", "v1", "1.2.3-x86"])
def test_a_version_is_one_exact_version(good):
    assert accepts(Version, good)


@pytest.mark.parametrize(
    "bad",
    ["latest", "LATEST", "^1.2", "~1", ">=1", "1.x", "1.X.0", "x", "*", "1.*", "1 || 2", "1 - 2", "", "1.2\n", "../1"],
)
def test_latest_ranges_and_wildcards_are_no_versions(bad):
    assert not accepts(Version, bad)


def test_a_refused_range_says_what_is_wanted():
    with pytest.raises(ValidationError, match="one exact version, not a range or 'latest'"):
        TypeAdapter(Version).validate_python("latest")


def test_an_address_is_http_and_a_published_one_https():
    assert accepts(HttpUrl, "http://localhost:1/x")
    assert accepts(HttpsUrl, "https://a.example/x")
    assert not accepts(HttpsUrl, "http://a.example/x")


@pytest.mark.parametrize(
    "bad", ["javascript:alert(1)", "file:///etc/passwd", "https://a b", "ftp://a", "https://a\n", ""]
)
def test_no_other_address_is_one(bad):
    assert not accepts(HttpUrl, bad)


@pytest.mark.parametrize("bad", ["A B", "1A", "A=B", "", "A-B", "A\n"])
def test_an_environment_variable_has_a_name_that_shells_know(bad):
    assert accepts(EnvName, "API_KEY2")
    assert not accepts(EnvName, bad)


@pytest.mark.parametrize("bad", ["2026-13-01", "2026-00-10", "2026-01-32", "26-01-01", "2026-1-1", "2026-01-01\n"])
def test_a_date_is_year_month_day(bad):
    assert accepts(Date, "2026-11-21")
    assert not accepts(Date, bad)


@pytest.mark.parametrize("bad", ["A" * 64, "a" * 63, "a" * 65, "g" * 64])
def test_a_hash_is_64_lower_case_hexadecimal_digits(bad):
    assert accepts(Sha256, "0a" * 32)
    assert not accepts(Sha256, bad)
