"""One behaviour on every host: nginx and Caddy with our configurations, and `hub-build serve`."""

import gzip

import brotli
import pytest
import zstandard

from hub_build.hosts.rules import CORS, IMMUTABLE, SHORT

META = "io.modelcontextprotocol.registry/official"
TREES = ("v0.1", "v0")


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("tree", TREES)
def test_vs_code_probes_lists_pages_and_looks_up(host, files, tree, slash):
    # VS Code trims one slash of the registry's address itself; whoever wrote two of them gets one through.
    probe = host.ask(f"/{tree}/servers{slash}?limit=1")
    assert probe.status == 200
    listed = host.ask(f"/{tree}/servers{slash}?limit=50&version=latest")
    assert listed.body == probe.body == files[f"{tree}/servers/index.json"]
    assert "nextCursor" not in listed.json["metadata"]
    for one in listed.json["servers"]:
        # What it reads without looking whether it is there.
        assert one["_meta"][META]["isLatest"] is True
        name = one["server"]["name"].replace("/", "%2F").replace("+", "%2B")
        found = host.ask(f"/{tree}/servers/{name}/versions/latest{slash}")
        assert (found.status, found.json) == (200, one)


def test_a_cursor_and_a_search_get_the_whole_list(host, files):
    # The cursor is not encoded, and a static host cannot filter.
    for query in ("cursor=io.github.a/b:1.0.0&limit=50", "search=rain%20and%20wind", "search=%2F..%2F", "limit=x"):
        answer = host.ask(f"/v0.1/servers?limit=50&version=latest&{query}")
        assert (answer.status, answer.body) == (200, files["v0.1/servers/index.json"])


def test_copilot_asks_before_it_reads_and_may_read_everything(host):
    for target in ("/v0.1/servers?limit=50", "/v0.1/servers/io.github.example%2Fweather/versions/latest"):
        asked = host.ask(
            target,
            "OPTIONS",
            Origin="https://github.com",
            Access_Control_Request_Method="GET",
            Access_Control_Request_Headers="authorization",
        )
        assert asked.status in (200, 204)
        answer = host.ask(target, Origin="https://github.com", Authorization="Bearer x")
        assert answer.status == 200
        for name, value in CORS.items():
            assert asked.headers[name] == answer.headers[name] == value
        assert answer.headers.get_all("Access-Control-Allow-Origin") == ["*"]


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("ping", "ping"),
        ("ping/", "ping"),
        ("health?x=1", "health"),
        ("version", "version"),
        ("servers/weather", "servers/weather"),
        ("servers/io.github.example%2Fweather/versions", "servers/io.github.example/weather/versions/index.json"),
        ("servers/io.github.example/weather/versions/", "servers/io.github.example/weather/versions/index.json"),
        ("servers/io.github.example%2fweather/versions/1.4.0", "servers/io.github.example/weather/versions/1.4.0"),
        (
            "servers/io.github.example%2Fplus/versions/1.0.0%2B20130313144700?include_deleted=true",
            "servers/io.github.example/plus/versions/1.0.0+20130313144700",
        ),
        (
            "servers/io.github.example/plus/versions/1.0.0+20130313144700",
            "servers/io.github.example/plus/versions/1.0.0+20130313144700",
        ),
        ("servers/com.Example%2FDocs.html/versions/latest", "servers/com.Example/Docs.html/versions/latest"),
    ],
)
def test_every_address_of_the_api_is_the_file_that_was_built(host, files, tree, target, path):
    answer = host.ask(f"/{tree}/{target}")
    assert (answer.status, answer.body) == (200, files[f"{tree}/{path}"])
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == SHORT
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "target",
    [
        "/v0.1/servers/io.github.example%2Fnobody/versions/latest",
        "/v0.1/servers/io.github.example%2Fweather/versions/9.9.9",
        "/v0.1/servers/io.github.example%2Fgone/versions/latest",
        "/v0.1/servers/nobody",
        "/v0.1/servers/io.github.example",
        "/v0.1/servers/io.github.example%2Fweather",
        "/v0.1/nothing?limit=1",
        "/v0.1/",
        "/entries/weather/0.json",
        "/badges/nobody.json",
        "/recorded/nobody.json",
    ],
)
def test_what_is_not_there_is_a_problem_document(host, files, target):
    answer = host.ask(target, Origin="https://github.com")
    assert answer.status == 404
    if not target.startswith("/badges"):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.body == files["404.json"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_a_page_that_is_not_there_is_a_page(host, files):
    answer = host.ask("/nothing.html")
    assert (answer.status, answer.body) == (404, files["404.html"])
    assert answer.headers["Content-Type"].startswith("text/html")


def test_pages_of_another_hand_are_served_with_their_folders(host):
    assert host.ask("/docs/").body == b"<p>pages of another hand</p>"
    sent = host.ask("/docs")
    assert sent.status in (301, 308)
    assert sent.headers["Location"].endswith("/docs/")


@pytest.mark.parametrize(
    "target",
    [
        "/.hub-build.json",
        "/_headers",
        "/_redirects",
        "/v0/..%2f.hub-build.json",
        "/..%2f..%2fetc/passwd",
        "/v0.1/servers/%2e%2e/%2e%2e/.hub-build.json",
        "/entries/",
        "/",
    ],
)
def test_nothing_else_of_the_disk_is_shown(host, target):
    assert host.ask(target).status in (400, 404)


def test_every_file_is_served_with_its_type(host, files, compiled):
    row = compiled.index.servers[0]
    types = {
        "index.json": "application/json",
        row.path: "application/json",
        "search.json": "application/json",
        "lists.json": "application/json",
        "openapi.yaml": "application/yaml",
        "feed.xml": "application/atom+xml",
        "sitemap.xml": "application/xml",
        "llms.txt": "text/plain; charset=utf-8",
        "badges/weather.svg": "image/svg+xml",
        "badges/weather.json": "application/json",
        "managed-settings/commands.json": "application/json",
        ".well-known/ai-catalog.json": "application/ai-catalog+json",
    }
    for path, expected in types.items():
        answer = host.ask(f"/{path}")
        assert (path, answer.status, answer.body) == (path, 200, files[path])
        assert (path, answer.headers["Content-Type"]) == (path, expected)


def test_what_never_changes_is_kept_and_lists_are_not(host, compiled):
    assert host.ask(f"/{compiled.index.servers[0].path}").headers["Cache-Control"] == IMMUTABLE
    assert host.ask(f"/specs/{next(iter(compiled.specs))}.json").headers["Cache-Control"] == IMMUTABLE
    assert host.ask("/index.json").headers["Cache-Control"] == "public, no-cache"
    assert host.ask("/search.json").headers["Cache-Control"] == SHORT


@pytest.mark.parametrize("target", ["/index.json", "/v0.1/servers?limit=50", "/v0/servers/weather"])
def test_what_did_not_change_is_not_sent_again(host, target):
    first = host.ask(target)
    again = host.ask(target, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert host.ask(target, If_None_Match='"another"').status == 200


def test_compressed_copies_are_served_as_they_are(host, files):
    offered = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.decompress}
    if host.name == "nginx":
        # Without modules of its own nginx knows gzip alone.
        offered = {"gzip": gzip.decompress}
    for encoding, decompress in offered.items():
        answer = host.ask("/v0.1/servers?limit=50", Accept_Encoding=encoding)
        suffix = {"gzip": ".gz", "br": ".br", "zstd": ".zst"}[encoding]
        assert answer.headers["Content-Encoding"] == encoding
        assert answer.body == files[f"v0.1/servers/index.json{suffix}"]
        assert decompress(answer.body) == files["v0.1/servers/index.json"]
        assert answer.headers["Content-Type"] == "application/json"
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_head_request_has_the_headers_alone(host, files):
    answer = host.ask("/v0.1/servers", "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Type"] == "application/json"


def test_nothing_can_be_changed(host):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert host.ask("/v0.1/servers/weather", method).status in (404, 405)
