import json

import pytest

from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.errors import ExitCode, HubError


@pytest.fixture
def registry(publish, open_registry, entry, npm):
    """An opened registry of a few servers."""
    publish(
        [
            entry("time", version="2.0.0"),
            entry("timer"),
            entry("filesystem", name="io.github.official/server-filesystem"),
            entry("old", status="deprecated"),
            entry("gone", status="withdrawn"),
        ]
    )
    return open_registry()


def refusal(function, *args):
    with pytest.raises(HubError) as caught:
        function(*args)
    return caught.value


# Resolving


def test_an_id_names_a_server(registry):
    assert registry.resolve("time").id == "time"


def test_an_official_name_does_too(registry):
    assert registry.resolve("io.github.official/server-filesystem").id == "filesystem"


def test_an_id_may_say_the_version_that_is_there(registry):
    assert registry.resolve("time@2.0.0").version == "2.0.0"
    assert registry.resolve("io.github.somebody/time@2.0.0").version == "2.0.0"


def test_another_version_is_refused_with_the_one_that_is_there(registry):
    error = refusal(registry.resolve, "time@1.0.0")
    assert error.code == ExitCode.USAGE
    assert error.message == "time is not in the registry in version 1.0.0; it has 2.0.0"
    assert error.hint == "use `time` or `time@2.0.0`"


@pytest.mark.parametrize(
    ("typed", "meant"), [("tiem", "time"), ("Filesystem", "filesystem"), ("file-system", "filesystem")]
)
def test_an_unknown_id_gets_near_ones_as_a_hint(registry, typed, meant):
    error = refusal(registry.resolve, typed)
    assert error.code == ExitCode.USAGE
    assert error.message == f"No server {typed!r} in the registry {registry.location}"
    assert f"did you mean {meant}" in error.hint


def test_an_id_like_no_other_gets_no_guess(registry):
    error = refusal(registry.resolve, "zzzzzz")
    assert error.hint == "`hub-launch search zzzzzz` looks in descriptions too"


def test_a_withdrawn_server_is_refused(registry):
    error = refusal(registry.resolve, "gone")
    assert error.code == ExitCode.REGISTRY
    assert "withdrawn" in error.message


def test_a_withdrawn_server_can_still_be_read_about(registry):
    assert registry.resolve("gone", withdrawn=True).status == "withdrawn"


def test_a_deprecated_server_can_be_used(registry):
    assert registry.resolve("old").status == "deprecated"


# Documents


def test_the_entry_of_a_row_is_what_was_published(registry, entry):
    assert registry.entry(registry.resolve("time")) == entry("time", version="2.0.0")


def test_a_changed_document_is_refused(registry, tmp_path):
    row = registry.resolve("time")
    path = tmp_path / "site" / row.path
    path.write_bytes(path.read_bytes().replace(b"What time does", b"What evil does"))
    error = refusal(registry.entry, row)
    assert error.code == ExitCode.REGISTRY
    assert "not what the index promises" in error.message


def test_a_missing_document_is_the_registrys_fault(registry, tmp_path):
    row = registry.resolve("time")
    (tmp_path / "site" / row.path).unlink()
    error = refusal(registry.entry, row)
    assert error.code == ExitCode.REGISTRY
    assert row.path in error.message


@pytest.fixture
def registry_with(tmp_path, open_registry, entry, built):
    """A registry whose index promises exactly these bytes as the document of `time`."""

    def make(data):
        files = built([entry("time")])
        index = json.loads(files["index.json"])
        index["servers"][0]["sha256"] = sha256_hex(data)
        path = tmp_path / "site" / "entries" / "time" / f"{sha256_hex(data)}.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        (tmp_path / "site" / "index.json").write_bytes(canonical_json(index))
        return open_registry()

    return make


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>", b"[]", b"null", b'"x"', b"{}", b'{"_meta":{}}', b'{"_meta":[]}', b"\xff", b"[" * 100_000],
    ids=lambda data: repr(data[:12]),
)
def test_a_document_that_is_no_entry_is_refused_by_name(registry_with, data):
    registry = registry_with(data)
    error = refusal(registry.entry, registry.resolve("time"))
    assert error.code == ExitCode.REGISTRY
    assert error.message.startswith(f"The document of time in {registry.location} is not an entry: ")


def test_a_document_of_another_server_is_refused(registry_with, entry, built):
    (other,) = (data for path, data in built([entry("other")]).items() if path != "index.json")
    registry = registry_with(other)
    assert "describes other" in refusal(registry.entry, registry.resolve("time")).message


def test_a_document_that_a_newer_compiler_wrote_says_what_to_do(registry_with, entry, built):
    (data,) = (data for path, data in built([entry("time")]).items() if path != "index.json")
    document = json.loads(data)
    document["_meta"]["io.github.mcp-hub-launch/entry"]["newKey"] = 1
    registry = registry_with(canonical_json(document))
    error = refusal(registry.entry, registry.resolve("time"))
    assert "newKey: Extra inputs are not permitted" in error.message
    assert "pip install --upgrade" in error.hint


def test_a_description_of_an_api_is_a_local_file_with_its_hash_checked(publish, entry, open_registry, tmp_path):
    site = publish([entry()])
    digest = sha256_hex(b"{}")
    (site / "specs").mkdir()
    (site / "specs" / f"{digest}.json").write_bytes(b"{}")
    registry = open_registry()
    path = registry.spec_path(digest)
    assert path.is_absolute()
    assert path.read_bytes() == b"{}"
    (site / "specs" / f"{digest}.json").write_bytes(b"{ }")
    assert "not what the index promises" in refusal(registry.spec_path, digest).message
