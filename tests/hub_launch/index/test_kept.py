import gzip
import json
import time

import httpx2
import pytest

import hub_launch.index.kept as kept_module
from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.cache import Cache
from hub_launch.index.fetch import WebHost
from hub_launch.index.kept import UnsignedSource, age_of
from hub_launch.index.registry import Registry
from hub_launch.index.source import StaleReason


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def read_from(url, cache, transport=None, **rest):
    url = url.rstrip("/")
    return UnsignedSource(url, lambda: WebHost(url, transport), Cache(cache, url), **rest)


@pytest.fixture
def opened(web, cache):
    """Opens the registry at the web server, as a start of the launcher does."""
    return lambda path="", **rest: Registry(read_from(web.url + path, cache, **rest))


@pytest.fixture
def served(web, built, entry):
    """Has the web server serve a registry; returns its files."""

    def serve(*ids, below=""):
        files = built([entry(name) for name in ids])
        web.serve(files, below=below)
        return files

    return serve


def refusal(function, *args):
    with pytest.raises(HubError) as caught:
        function(*args)
    assert caught.value.code == ExitCode.REGISTRY
    return caught.value


def ids(registry):
    return [row.id for row in registry.index.servers]


# What is downloaded


def test_a_first_start_downloads_the_index_alone(opened, served, web):
    served("time", "git")
    assert ids(opened()) == ["git", "time"]
    assert web.paths == ["/index.json"]


def test_a_registry_may_lie_below_a_path(opened, served, web):
    served("time", below="/some/registry")
    assert ids(opened("/some/registry/")) == ["time"]


def test_an_unchanged_index_is_not_sent_again(opened, served, web):
    served("time")
    opened()
    assert ids(opened()) == ["time"]
    assert [request.headers.get("if-none-match") for request in web.requests] == [
        None,
        web.requests[1].headers["if-none-match"],
    ]
    assert opened().notices == ()


def test_a_changed_index_replaces_the_cached_one(opened, served, web):
    served("time")
    opened()
    served("time", "git")
    assert ids(opened()) == ["git", "time"]


def test_a_host_without_etags_is_asked_in_full_each_time(opened, web, built, entry):
    web.serve(built([entry("time")]), etags=False)
    opened()
    opened()
    assert all("if-none-match" not in request.headers for request in web.requests)


def damage(cache, *kinds):
    for kind in kinds:
        (path,) = cache.rglob(f"*.{kind}")
        path.write_bytes(b"{}")


@pytest.mark.parametrize("kind", ["sqlite", "index.json"])
def test_of_table_and_index_one_is_enough(opened, served, web, cache, kind):
    served("time")
    opened()
    damage(cache, kind)
    assert ids(opened()) == ["time"]
    assert "if-none-match" in web.requests[-1].headers


def test_a_damaged_cached_index_is_fetched_anew(opened, served, web, cache):
    served("time")
    opened()
    damage(cache, "sqlite", "index.json")
    assert ids(opened()) == ["time"]
    assert "if-none-match" not in web.requests[-1].headers
    assert opened().index.find("time")


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"\xff", b'{"version":1,"sha256":7}', b"[" * 100_000])
def test_a_damaged_state_counts_as_none(opened, served, web, cache, state):
    served("time")
    opened()
    next(cache.rglob("state.json")).write_bytes(state)
    assert ids(opened()) == ["time"]
    assert "if-none-match" not in web.requests[-1].headers


def test_a_document_is_asked_for_once_and_never_again(opened, served, web, entry):
    served("time")
    for _ in range(3):
        registry = opened()
        assert registry.entry(registry.resolve("time")) == entry("time")
    documents = [path for path in web.paths if path.startswith("/entries/")]
    assert documents == [f"/{registry.resolve('time').path}"]


def test_a_cached_document_that_was_changed_on_disk_is_fetched_anew(opened, served, web, cache):
    served("time")
    registry = opened()
    registry.entry(registry.resolve("time"))
    (document,) = (cache).rglob("documents/*.json")
    document.write_bytes(b"{}")
    assert registry.entry(registry.resolve("time")).id == "time"


def test_a_description_of_an_api_is_a_file_in_the_cache(opened, served, web, cache):
    served("time")
    digest = sha256_hex(b'{"openapi": "3.1.0"}')
    web.serve({f"specs/{digest}.json": b'{"openapi": "3.1.0"}'})
    path = opened().spec_path(digest)
    assert path.is_relative_to(cache)
    assert path.read_bytes() == b'{"openapi": "3.1.0"}'


def test_two_registries_do_not_share_an_index(opened, served):
    served("time", below="/a")
    served("git", below="/b")
    assert ids(opened("/a")) == ["time"]
    assert ids(opened("/b")) == ["git"]
    assert ids(opened("/a")) == ["time"]


# The host is down


def test_without_host_and_cache_it_is_an_error(dead_url, cache):
    error = refusal(Registry, read_from(dead_url, cache))
    assert error.message.startswith(f"The registry {dead_url} cannot be reached (")
    assert "--registry" in error.hint


@pytest.fixture
def outage(opened, served, web, web_answer):
    """A registry that was read, and then answers 503."""
    served("time")
    registry = opened()
    registry.entry(registry.resolve("time"))
    web.answers.clear()
    web.answers["/index.json"] = web_answer(b"<h1>down</h1>", 503)


@pytest.mark.usefixtures("outage")
def test_a_host_that_fails_leaves_the_cached_copy_in_use_with_a_notice(opened):
    registry = opened()
    assert registry.entry(registry.resolve("time")).id == "time"
    assert "cannot be reached (HTTP 503); using the copy confirmed" in " ".join(registry.notices)


def test_a_host_that_is_gone_leaves_the_cached_copy_in_use_with_a_notice(served, web, cache):
    served("time")
    url = web.url
    Registry(read_from(url, cache))
    web.close()
    registry = Registry(read_from(url, cache))
    assert ids(registry) == ["time"]
    assert f"the registry {url} cannot be reached" in " ".join(registry.notices)
    assert registry.stale.reason is StaleReason.UNREACHABLE


@pytest.mark.usefixtures("outage")
def test_the_notice_tells_the_copys_true_age_however_often_it_was_used(opened):
    in_three_days = time.time() + 3 * 86400 + 60
    opened(now=lambda: in_three_days)
    registry = opened(now=lambda: in_three_days)
    assert "using the copy confirmed 3 days ago" in registry.notices[0]
    assert registry.stale.age > 3 * 86400


@pytest.mark.usefixtures("outage")
def test_a_damaged_copy_is_no_substitute(opened, cache):
    damage(cache, "sqlite", "index.json")
    refusal(opened)


@pytest.mark.usefixtures("outage")
def test_a_document_that_was_never_read_is_not_there_offline(opened, cache):
    (document,) = cache.rglob("documents/*.json")
    document.unlink()
    registry = opened()
    error = refusal(registry.entry, registry.resolve("time"))
    assert "was not read before, and from a registry that is unreachable nothing new is taken" in error.message


def test_a_document_that_is_missing_is_an_error(opened, served, web):
    served("time")
    registry = opened()
    row = registry.resolve("time")
    del web.answers[f"/{row.path}"]
    assert "answers HTTP 404" in refusal(registry.entry, row).message


def test_a_document_of_a_host_that_fails_says_what_still_works(opened, served, web, web_answer):
    served("time")
    registry = opened()
    row = registry.resolve("time")
    web.answers[f"/{row.path}"] = web_answer(b"", 500)
    error = refusal(registry.entry, row)
    assert f"/{row.path} cannot be fetched: HTTP 500" in error.message
    assert "offline" in error.hint


def test_a_copy_that_was_confirmed_lately_is_enough_for_who_only_looks(served, web, cache):
    served("time")
    now = [1000.0]
    for moment, asked in ((1000, 1), (1500, 1), (1700, 2), (900, 3)):
        now[0] = moment
        Registry(read_from(web.url, cache, now=lambda: now[0]), max_age=600)
        assert len(web.paths) == asked, moment


# Wrong answers


def good_index(built, entry):
    return json.loads(built([entry("time")])["index.json"])


WRONG = {
    "HTML with status 200": lambda index: b"<!doctype html><title>Welcome</title>",
    "an empty body": lambda index: b"",
    "half an index": lambda index: canonical_json(index)[:-20],
    "a newer index": lambda index: canonical_json(index | {"schemaVersion": 2}),
    "fewer servers than promised": lambda index: canonical_json(index | {"count": 2}),
    "another document": lambda index: b'{"openapi": "3.1.0"}',
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_an_error_and_never_replaces_the_good_copy(
    opened, served, web, web_answer, built, entry, wrong, cache
):
    served("time")
    opened()
    before = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
    web.answers["/index.json"] = web_answer(wrong(good_index(built, entry)), 200, {"ETag": '"new"'})
    refusal(opened)
    assert {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()} == before
    web.answers["/index.json"] = web_answer(b"", 502)
    assert ids(opened()) == ["time"]


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 410])
def test_a_status_that_is_an_answer_is_an_error_even_with_a_cached_copy(opened, served, web, web_answer, status):
    served("time")
    opened()
    web.answers["/index.json"] = web_answer(b"", status)
    error = refusal(opened)
    assert f"{web.url}/index.json answers HTTP {status}" in error.message
    assert "hub-build site" in error.hint


def test_not_modified_without_having_been_asked_is_a_wrong_answer(opened, web, web_answer):
    web.answers["/index.json"] = web_answer(b"", 304)
    assert "304" in refusal(opened).message


def test_not_modified_for_a_document_is_a_wrong_answer(opened, served, web, web_answer):
    served("time")
    registry = opened()
    row = registry.resolve("time")
    web.answers[f"/{row.path}"] = web_answer(b"", 304)
    assert "304" in refusal(registry.entry, row).message


def test_a_body_over_the_limit_is_cut_off(opened, served, web, web_answer, monkeypatch):
    monkeypatch.setattr(kept_module, "MAX_INDEX_BYTES", 1000)
    web.answers["/index.json"] = web_answer(b"x" * 1001)
    assert "sends more than 1,000 bytes" in refusal(opened).message


def test_a_gzip_bomb_is_cut_off_at_what_it_unpacks_to(opened, web, web_answer, monkeypatch):
    monkeypatch.setattr(kept_module, "MAX_INDEX_BYTES", 1_000_000)
    bomb = gzip.compress(b" " * 20_000_000)
    assert len(bomb) < 100_000
    web.answers["/index.json"] = web_answer(bomb, 200, {"Content-Encoding": "gzip"})
    assert "sends more than 1,000,000 bytes" in refusal(opened).message


def test_a_compressed_index_is_read(opened, web, web_answer, built, entry):
    packed = gzip.compress(built([entry("time")])["index.json"])
    web.answers["/index.json"] = web_answer(packed, 200, {"Content-Encoding": "gzip"})
    assert ids(opened()) == ["time"]


def test_a_body_that_cannot_be_unpacked_counts_as_no_answer(opened, served, web, web_answer):
    served("time")
    opened()
    web.answers["/index.json"] = web_answer(b"not gzip", 200, {"Content-Encoding": "gzip"})
    assert "cannot be reached" in opened().notices[0]


def test_a_document_with_a_wrong_hash_is_refused_and_not_kept(opened, served, web, web_answer, cache):
    served("time")
    registry = opened()
    row = registry.resolve("time")
    web.answers[f"/{row.path}"] = web_answer(b'{"evil": true}')
    assert "not what the index promises" in refusal(registry.entry, row).message
    assert not list(cache.rglob("documents/*"))


def test_a_document_over_the_limit_is_refused(opened, served, web, web_answer):
    served("time")
    registry = opened()
    row = registry.resolve("time")
    web.answers[f"/{row.path}"] = web_answer(b" " * (256 * 1024 + 1))
    assert "sends more than 262,144 bytes" in refusal(registry.entry, row).message


# Redirects


def redirect(web_answer, location, status=302):
    return web_answer(b"", status, {"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(opened, served, web, web_answer, status):
    served("time", below="/new")
    web.answers["/index.json"] = redirect(web_answer, "/new/index.json", status)
    assert ids(opened()) == ["time"]


def test_three_redirects_are_followed_and_not_four(opened, served, web, web_answer):
    served("time", below="/3")
    for step in range(3):
        web.answers[f"/{step or 'index.json'}"] = redirect(web_answer, f"/{step + 1}" if step < 2 else "/3/index.json")
    assert ids(opened()) == ["time"]
    web.answers["/2"] = redirect(web_answer, "/2b")
    web.answers["/2b"] = redirect(web_answer, "/3/index.json")
    assert "cannot be reached (more than 3 redirects)" in opened().notices[0]


def test_a_redirect_in_a_circle_ends(opened, web, web_answer):
    web.answers["/index.json"] = redirect(web_answer, "/index.json")
    assert "more than 3 redirects" in refusal(opened).message
    assert len(web.paths) == 4


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://a.example/x", "javascript:alert(1)"])
def test_a_redirect_to_another_kind_of_address_is_refused(opened, web, web_answer, target):
    web.answers["/index.json"] = redirect(web_answer, target)
    assert "which is less safe" in refusal(opened).message


@pytest.mark.parametrize("target", ["http://[::1", "http://x:notaport/", "//"])
def test_a_redirect_to_nowhere_is_refused(opened, web, web_answer, target):
    web.answers["/index.json"] = redirect(web_answer, target)
    refusal(opened)


def two_hosts(first, second):
    """A transport on which one address redirects to another."""

    def answer(request):
        if str(request.url).startswith(first):
            return httpx2.Response(302, headers={"location": second})
        return httpx2.Response(404)

    return httpx2.MockTransport(answer)


def test_a_redirect_from_https_to_http_is_refused(cache):
    source = read_from("https://a.example", cache, two_hosts("https://a.example", "http://a.example/index.json"))
    assert "redirects to http://a.example/index.json, which is less safe" in refusal(Registry, source).message


def test_a_redirect_from_http_to_https_is_followed(cache):
    source = read_from("http://a.example", cache, two_hosts("http://a.example", "https://a.example/index.json"))
    assert "https://a.example/index.json answers HTTP 404" in refusal(Registry, source).message


# The rest


def test_a_cache_that_cannot_be_written_does_not_stop_a_start(opened, served, cache):
    served("time")
    cache.write_text("a file where the folder should be")
    registry = opened()
    assert ids(registry) == ["time"]
    assert "is not kept for when it cannot be reached" in registry.notices[0]


def test_a_document_is_read_without_a_cache_too(opened, served, cache):
    served("time")
    cache.write_text("a file where the folder should be")
    registry = opened()
    assert registry.entry(registry.resolve("time")).id == "time"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 seconds"), (119, "119 seconds"), (150, "2 minutes"), (7200, "2 hours"), (2e5, "2 days")],
)
def test_an_age_is_told_in_the_unit_that_fits(seconds, told):
    assert age_of(seconds) == told
