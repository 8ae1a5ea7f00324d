"""What each of the smaller outputs says."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from hub_build.outputs import feed, llms, render, sitemap
from hub_build.outputs.ai_catalog import identifier
from hub_build.outputs.badges import MAX_MESSAGE
from hub_build.promises import check_promises

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LIVE = ["api", "docs", "old-weather", "weather"]


def test_search_has_a_row_for_every_server_that_may_be_started(built):
    index = json.loads(built.files["search.json"])
    rows = [dict(zip(index["fields"], row, strict=True)) for row in index["servers"]]
    assert [row["id"] for row in rows] == LIVE
    assert rows[-1] == {
        "id": "weather",
        "name": "io.github.example/weather",
        "title": "Weather",
        "description": "Forecasts for any place.",
        "status": "active",
        "kinds": ["npm"],
        "categories": ["data"],
        "tags": ["rain"],
        "tools": ["forecast"],
        "version": "1.4.0",
        "published": "2026-11-21",
        "credentials": "none",
        "verified": False,
        "network": "none",
        "filesystem": "none",
        "outcome": "passed",
        "tier": "",
        "startSeconds": 0,
    }


def test_the_lists_are_a_file_of_their_own(built):
    assert json.loads(built.files["lists.json"]) == {
        "aliases": {"wx": "weather"},
        "renamed": {},
        "yanked": [],
        "withdrawn": [{"id": "worse-weather", "reason": "It was taken over.", "date": "2026-11-01"}],
    }


def entries(built):
    return ElementTree.fromstring(built.files["feed.xml"]).findall(f"{ATOM}entry")


def test_the_feed_has_the_newest_first_and_nothing_withdrawn(built):
    root = ElementTree.fromstring(built.files["feed.xml"])
    titles = [one.findtext(f"{ATOM}title") for one in entries(built)]
    assert titles == ["Weather 1.4.0", "Weather 1.4.0", "Weather 1.4.0", "Weather 1.4.0"]
    days = [one.findtext(f"{ATOM}updated") for one in entries(built)]
    assert days == ["2026-11-21T00:00:00Z"] * 2 + ["2026-11-20T00:00:00Z", "2026-01-02T00:00:00Z"]
    assert root.findtext(f"{ATOM}updated") == days[0]
    assert root.find(f"{ATOM}link").get("href") == "https://registry.example.com/mcp/feed.xml"
    assert entries(built)[0].find(f"{ATOM}link").get("href") == "https://registry.example.com/mcp/v0.1/servers/api"


def test_a_versions_id_in_the_feed_stays_wherever_the_site_is(built, build, registry):
    before = [one.findtext(f"{ATOM}id") for one in entries(built)]
    assert len(set(before)) == 4
    moved = build(registry, base_url="https://elsewhere.example.com/")
    assert [one.findtext(f"{ATOM}id") for one in entries(moved)] == before
    registry.add("weather", version="1.5.0", published="2026-12-01")
    after = [one.findtext(f"{ATOM}id") for one in entries(build(registry))]
    assert after[0] not in before
    assert set(after[1:]) < set(before)


def test_the_feed_ends_somewhere(registry, build, monkeypatch):
    monkeypatch.setattr(feed, "MAX_ENTRIES", 3)
    for number in range(5):
        registry.add(f"server-{number}", published=f"2026-11-0{number + 1}")
    assert [one.findtext(f"{ATOM}updated")[:10] for one in entries(build(registry))] == [
        "2026-11-05",
        "2026-11-04",
        "2026-11-03",
    ]


def test_badges_say_version_and_standing(built, registry, build):
    def badge(id_):
        return json.loads(built.files[f"badges/{id_}.json"])

    assert badge("weather") == {"schemaVersion": 1, "label": "mcp hub", "message": "1.4.0", "color": "#2c6e49"}
    assert badge("old-weather")["message"] == "1.4.0 deprecated"
    assert badge("bad-weather")["message"] == badge("worse-weather")["message"] == "withdrawn"
    assert b">withdrawn<" in built.files["badges/bad-weather.svg"]
    registry.add("weather", version="1" * 200)
    assert len(json.loads(build(registry).files["badges/weather.json"])["message"]) == MAX_MESSAGE


def test_an_assistant_is_told_what_there_is(built):
    text = built.files["llms.txt"].decode()
    assert text.startswith("# Ours\n\n> A registry")
    assert "(https://registry.example.com/mcp/search.json)" in text
    assert "- data: 4\n" in text
    assert "/v0.1/servers/weather): `weather`: Forecasts for any place." in text
    assert "bad-weather" not in text


def test_a_long_list_is_not_an_assistants_to_read(registry, build, monkeypatch):
    monkeypatch.setattr(llms, "MAX_LISTED", 1)
    registry.add("one-server")
    registry.add("two-servers")
    text = build(registry).files["llms.txt"].decode()
    assert "one-server" not in text
    assert "- data: 2\n" in text


def test_the_catalog_has_cards_of_servers_at_an_address(built):
    catalog = json.loads(built.files[".well-known/ai-catalog.json"])
    assert catalog["specVersion"] == "1.0"
    assert catalog["host"] == {"displayName": "Ours"}
    (entry,) = catalog["entries"]
    assert (entry["identifier"], entry["updatedAt"]) == ("urn:air:example.com:mcp:docs", "2026-11-20T00:00:00Z")
    assert set(entry["data"]) == {"$schema", "name", "title", "description", "version", "repository", "remotes"}


def test_a_name_in_the_catalog_is_under_its_publishers_domain():
    assert identifier("io.github.you/weather") == "urn:air:you.github.io:mcp:weather"


def test_the_sitemap_has_absolute_addresses_and_days(built):
    root = ElementTree.fromstring(built.files["sitemap.xml"])
    found = [(one.findtext(f"{MAP}loc"), one.findtext(f"{MAP}lastmod")) for one in root]
    assert [loc.rpartition("/")[2] for loc, _ in found] == LIVE
    assert found[1] == ("https://registry.example.com/mcp/v0.1/servers/docs", "2026-11-20")


def test_without_an_address_of_its_own_the_site_has_no_sitemap(built, build, registry):
    files = build(registry, base_url="").files
    assert built.files.keys() - files.keys() == {"sitemap.xml"}
    assert b'href="feed.xml"' in files["feed.xml"]


def test_a_sitemap_that_is_too_long_is_several(built, build, registry, monkeypatch):
    monkeypatch.setattr(sitemap, "MAX_ADDRESSES", 3)
    files = build(registry).files
    parts = [one.findtext(f"{MAP}loc") for one in ElementTree.fromstring(files["sitemap.xml"])]
    assert parts == [f"https://registry.example.com/mcp/sitemaps/{number}.xml" for number in (1, 2)]
    assert [len(ElementTree.fromstring(files[f"sitemaps/{number}.xml"])) for number in (1, 2)] == [3, 1]


def settings(built, name):
    return json.loads(built.files[f"managed-settings/{name}.json"])


def test_editors_are_told_which_names_are_allowed_and_which_are_not(built):
    assert settings(built, "names") == {
        "allowedMcpServers": [{"serverName": name} for name in LIVE],
        "deniedMcpServers": [{"serverName": name} for name in ("bad-weather", "worse-weather")],
    }


def test_editors_are_told_addresses_and_whole_command_lines(built):
    assert settings(built, "commands") == {
        "allowedMcpServers": [
            {"serverUrl": "https://*.example.com/mcp"},
            {"serverCommand": ["npx", "@example/old-weather@1.4.0"]},
            {"serverCommand": ["npx", "-y", "@example/old-weather@1.4.0"]},
            {"serverCommand": ["npx", "@example/weather@1.4.0"]},
            {"serverCommand": ["npx", "-y", "@example/weather@1.4.0"]},
        ],
        "deniedMcpServers": [
            {"serverName": "bad-weather"},
            {"serverName": "worse-weather"},
            {"serverCommand": ["npx", "@example/bad-weather@1.4.0"]},
            {"serverCommand": ["npx", "-y", "@example/bad-weather@1.4.0"]},
            {"serverCommand": ["npx", "@example/worse-weather@1.4.0"]},
            {"serverCommand": ["npx", "-y", "@example/worse-weather@1.4.0"]},
        ],
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://{host}/mcp",
        "https://{a}.com/mcp",
        "https://{a}.{b}.com/mcp",
        "https://evil.com{rest}",
        "https://{user}@example.com/mcp",
        "https://*.com/mcp",
        "https://example.com/*",
        "https://example.com:{port}/mcp",
        "https://${HOME}.example.com/",
    ],
)
def test_no_publishers_address_allows_what_is_not_theirs(registry, build, url):
    names = {name: {} for name in ("host", "a", "b", "rest", "user", "port", "HOME")}
    registry.add("docs", packages=..., remotes=[{"type": "sse", "url": url, "variables": names}])
    assert settings(build(registry), "commands")["allowedMcpServers"] == []


def package(**more):
    return [{"registryType": "pypi", "identifier": "clock", "version": "1.0", "transport": {"type": "stdio"}, **more}]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([{"type": "named", "name": "--mode", "value": "fast"}], ["--mode", "fast"]),
        ([{"type": "positional", "value": "x"}], ["x"]),
        ([{"type": "positional", "valueHint": "folder"}], None),
        ([{"type": "named", "name": "--zone", "value": "{zone}", "variables": {"zone": {}}}], None),
        ([{"type": "positional", "value": "${HOME}"}], None),
    ],
)
def test_a_command_line_is_listed_where_the_publisher_fixed_all_of_it(registry, build, arguments, words):
    registry.add("clock", packages=package(packageArguments=arguments))
    allowed = settings(build(registry), "commands")["allowedMcpServers"]
    expected = [["uvx", spec, *(words or ())] for spec in ("clock@1.0", "clock==1.0")] if words else []
    assert [one["serverCommand"] for one in allowed] == expected


YANKED = 'yanked: [{id: weather, version: "%s", reason: It deletes files., date: "2026-11-30"}]\n'


def test_a_yanked_version_is_no_news_and_is_denied_by_its_command_line(registry, build):
    registry.add("weather")
    registry.add_version("weather", packages=package(version="1.3.0"))
    registry.write("lists.yaml", YANKED % "1.3.0")
    built = build(registry)
    assert [one.findtext(f"{ATOM}title") for one in entries(built)] == ["Weather 1.4.0"]
    assert settings(built, "commands")["deniedMcpServers"] == [
        {"serverCommand": ["uvx", "clock@1.3.0"]},
        {"serverCommand": ["uvx", "clock==1.3.0"]},
    ]
    assert settings(built, "names")["deniedMcpServers"] == []


def test_an_address_that_a_yanked_version_shares_with_one_that_stands_stays_allowed(registry, build):
    remotes = [{"type": "sse", "url": "https://example.com/sse"}]
    registry.add("weather", packages=..., remotes=remotes)
    registry.add_version("weather", packages=..., remotes=remotes)
    registry.write("lists.yaml", YANKED % "1.3.0")
    assert settings(build(registry), "commands") == {
        "allowedMcpServers": [{"serverUrl": "https://example.com/sse"}],
        "deniedMcpServers": [],
    }


def test_hosts_that_read_files_of_the_site_find_them(built):
    assert b"/v0.1/servers /v0.1/servers/index.json 200\n" in built.files["_redirects"]
    assert b"/entries/*\n  Cache-Control: public, max-age=31536000, immutable\n" in built.files["_headers"]


def test_what_is_not_found_says_so_to_programs_and_people(built):
    assert json.loads(built.files["404.json"])["status"] == 404
    assert b"There is no such page in Ours." in built.files["404.html"]


def test_with_pages_people_are_sent_to_these(built):
    compiled = replace(built.compiled, pages=True)
    files = render(compiled)
    assert b"<loc>https://registry.example.com/mcp/servers/weather/</loc>" in files["sitemap.xml"]
    assert b'type="text/html" href="https://registry.example.com/mcp/servers/weather/"' in files["feed.xml"]
    # Assistants read data.
    assert b"(https://registry.example.com/mcp/v0.1/servers/weather)" in files["llms.txt"]
    check_promises(compiled, files)
