"""Servers that nobody wrote, the same on every machine: of all kinds, with words and tools like those of real ones."""

import itertools
from typing import Any

from hub_build.compile import Compiled, Document, Seen, compile_draft
from hub_launch.catalog import Entry, Lists, canonical_json, sha256_hex, to_server
from hub_launch.catalog.recorded import tools_digest
from hub_launch.judge.draft import draft_of

TITLE = "MCP hub registry"

VERBS = "read search list create watch compare convert summarize export import check send plan draw merge".split()
THINGS = (
    "pdf files;postgres tables;github issues;calendar events;invoices;web pages;container images;log lines;metrics;"
    "kubernetes pods;spreadsheets;slides;emails;chat messages;photos;videos;maps;flights;recipes;papers;patents;"
    "contracts;tickets;customers;orders;products;shipments;sensors;lights;robots;songs;podcasts;books;notes;tasks;"
    "git branches;pull requests;unit tests;stack traces;api keys;dns records;certificates;budgets;stocks;currencies;"
    "weather stations;earthquakes;genomes;molecules;proteins"
).split(";")
CATEGORIES = (
    *("ai", "browser", "cloud", "communication", "data", "databases", "design", "developer-tools", "documentation"),
    *("files", "git", "knowledge", "monitoring", "office", "search", "utilities", "web"),
)
TIERS = ("bwrap", "bwrap", "landlock", "container", "none")

Node = dict[str, Any]


def compiled(count: int) -> Compiled:
    """A registry of `count` servers. The first of them, by number, is the one that reads PDF files."""
    made = [(_document(number), _record(number)) for number in range(count)]
    documents = sorted((_compiled(document) for document, _ in made), key=lambda one: one.id)
    seen = {str(document["id"]): _seen(document, record) for document, record in made if record}
    return Compiled(TITLE, Lists(), tuple(documents), {}, {}, seen)


def _compiled(document: Node) -> Document:
    server = to_server(Entry.model_validate(document))
    return compile_draft(draft_of(canonical_json(server)), {})


def _seen(document: Node, record: Node) -> Seen:
    whole = record | {"id": document["id"], "version": document["version"]}
    data = canonical_json(whole)
    return Seen(data, sha256_hex(data), tuple(tool["name"] for tool in whole["tools"]))


def _spread(number: int) -> int:
    """Knuth's multiplicative hash: what is chosen by it does not go with what is chosen by the number."""
    return (number * 2_654_435_761) % 2**32 >> 8


def _words(number: int) -> tuple[str, str, int]:
    """A verb, a thing, and how often these two came before."""
    pair, thing = divmod(number, len(THINGS))
    again, verb = divmod(pair, len(VERBS))
    return VERBS[verb], THINGS[thing], again


def _document(number: int) -> Node:
    verb, thing, again = _words(number)
    id_ = f"{verb}-{thing.replace(' ', '-')}" + (f"-{again + 1}" if again else "")
    day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
    document = {
        "id": id_,
        "name": f"io.github.owner{number % 97}/{id_}",
        "title": f"{verb} {thing}".title() + (f" {again + 1}" if again else ""),
        "description": f"{verb.capitalize()} {thing} of your own or of your team, and say what is in them.",
        "version": f"{again + 1}.{number % 7}.{number % 3}",
        "published": day,
        "license": "MIT",
        "repository": {"url": f"https://github.com/owner{number % 97}/{id_}", "source": "github"},
        "maintainers": [f"owner{number % 97}"],
        "categories": [CATEGORIES[number % 17], CATEGORIES[number % 16 + 1]][: 1 + (number % 17 != number % 16 + 1)],
        "tags": [verb, thing.split()[-1]],
        "status": "deprecated" if number % 50 == 49 else "active",
    }
    return document | _way(number, id_)


def _way(number: int, id_: str) -> Node:
    number = _spread(number)
    secret = {"name": "API_TOKEN", "isSecret": True, "isRequired": number % 8 == 1}
    variables = {"environmentVariables": [secret]} if number % 4 == 1 else {}
    package = {"identifier": f"{id_}-mcp", "version": "1.0.0", "transport": {"type": "stdio"}} | variables
    hosts = {"permissions": {"network": ["api.example.com"], "filesystem": "arguments"}}
    ways: tuple[Node, ...] = (
        {"packages": [package | {"registryType": "npm"}], "permissions": {"filesystem": "arguments"}},
        {"packages": [package | {"registryType": "pypi"}], **hosts},
        {
            "remotes": [{"type": "streamable-http", "url": f"https://{id_}.example.com/mcp"}],
            "permissions": {"network": "any"},
        },
        {"module": {"path": "example.server", "package": package | {"registryType": "pypi"}}},
        {"openapi": {"url": "https://api.example.com/openapi.json", "baseUrl": "https://api.example.com"}, **hosts},
    )
    return ways[number % len(ways)]


def _record(number: int) -> Node:
    """What a smoke test saw; nothing of every fifth."""
    verb, thing, _ = _words(number)
    noun, number = thing.split()[-1], _spread(number)
    if number % 5 == 4:
        return {}
    names = sorted({f"{one}_{noun}" for one in itertools.islice(itertools.cycle((verb, *VERBS)), number % 23 + 1)})
    tools = [{"name": name, "description": f"{name} of them.", "inputSchema": {"type": "object"}} for name in names]
    return {
        "outcome": "failed" if number % 11 == 10 else "passed",
        "tier": TIERS[number % len(TIERS)],
        "date": "2026-11-20",
        "startSeconds": round(0.2 + number % 31 / 10, 2),
        "tools": tools,
        "toolsSha256": tools_digest(tools),
    }
