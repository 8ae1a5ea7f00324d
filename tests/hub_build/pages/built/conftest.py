"""The whole site in memory: of the project's registry, and of one that was written to break pages."""

import itertools
import json
import posixpath
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from hub_build.compile import compile_registry
from hub_build.outputs import render
from hub_build.pages.data import paging
from hub_build.pages.parts import page_parts
from hub_launch.catalog.recorded import tools_digest
from hub_launch.judge.registry import read_registry

ROOT = Path(__file__).parents[4]


@dataclass
class Read:
    """One page as a browser reads it: elements with their attributes, names within it, and its text."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    text: str = ""
    inline: list[str] = field(default_factory=list)
    """What stands between the tags of scripts and styles."""


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.page, self._in = Read(), ""

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.page.elements.append((tag, attributes))
        self.page.names += [attributes["id"]] if "id" in attributes else []
        self._in = tag

    def handle_endtag(self, tag):
        self._in = ""

    def handle_data(self, data):
        if self._in in ("script", "style"):
            self.page.inline.append((self._in, self.page.elements[-1][1], data))
        else:
            self.page.text += data


def read(data):
    reader = _Reader()
    reader.feed(data.decode())
    reader.close()
    return reader.page


class Site:
    """Files by path, and the pages among them as a browser reads them."""

    def __init__(self, files):
        self.files = files
        self.pages = {path: read(data) for path, data in files.items() if path.endswith(".html")}

    def links(self, path):
        """Every address on the page at `path`, with the attribute that has it."""
        for _, attributes in self.pages[path].elements:
            for name in ("href", "src", "data", "poster", "action"):
                if name in attributes:
                    yield name, attributes[name]

    def target(self, path, address):
        """The file that `address` on the page at `path` leads to, and the name in it. Absolute: on a site at the root.

        None for an address of another host; the empty path for one that leads nowhere.
        """
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return None
        joined = posixpath.join("/", posixpath.dirname(path), unquote(parts.path)) if parts.path else f"/{path}"
        if joined.startswith("/.."):
            return "", parts.fragment
        folder = joined.endswith(("/", "/.", "/.."))
        found = posixpath.normpath(joined).lstrip("/")
        for name in [posixpath.join(found, "index.html")] if folder else [found, f"{found}/index.json"]:
            if name in self.files:
                return name, unquote(parts.fragment)
        return "", parts.fragment


@pytest.fixture(scope="session")
def site_of(frame, prose):
    """The whole site of a registry on the disk; nothing of it is checked."""

    def made(folder):
        compiled = replace(compile_registry(read_registry(folder)), pages=True)
        parts = page_parts(compiled, frame, prose, lambda name, digest: None)
        return Site(render(compiled) | {path: data for part in parts for path, data in part.files().items()})

    return made


@pytest.fixture(scope="session")
def real(site_of):
    return site_of(ROOT / "registry")


@pytest.fixture(scope="session")
def hostile(site_of, make_registry, tmp_path_factory):
    folder = hostile_registry(make_registry(tmp_path_factory.mktemp("hostile") / "registry"))
    with pytest.MonkeyPatch.context() as patch:
        # So that a few servers have lists of several pages.
        patch.setattr(paging, "PAGE_SIZE", 5)
        made = site_of(folder)
    made.texts = TEXTS
    return made


@pytest.fixture(params=["real", "hostile"])
def site(request):
    """Both, one after the other."""
    return request.getfixturevalue(request.param)


SCRIPT = "<script>window.hacked=1</script>"
TEXTS = (
    f"</title></code></pre>{SCRIPT}",
    "\"'><img src=x onerror=window.hacked=1>",
    "[click](javascript:window.hacked=1) ![x](https://evil.example/x.png) <https://evil.example>",
    "{{ 7 * 7 }} {% raw %} {hub:content} {hub:title} ${hacked} <!-- -->",
    "\u202egnirts desrever\u202c \u2066isolated\u2069 \u200bhidden\u200b",
    "W" * 10_000,
    "👩‍👩‍👧‍👦🏳️‍🌈👍🏽" * 30,
    "شريط البحث عن الملفات والمجلدات في النظام",
    "עברית <b>עם</b> HTML",
    "Z̷̢̛͍̘̜͒̅͊a̴͕̞͒̃̓͝l̶̢̛̘g̸̘̈́ỏ̶̤͎ " * 20,
    "\x1b[31mred\x00\x07\r\n\tline\u2028line",
    "https://" + "very-long-" * 300 + ".example/",
)
"""What publishers and their servers may write where text is allowed."""


def hostile_registry(registry):
    """Fill `registry` with a server for each of TEXTS in every field that takes text, and servers that have nothing."""
    for number, _ in enumerate(TEXTS):
        id_ = f"hostile-{number}"
        texts = itertools.cycle(TEXTS[number:] + TEXTS[:number])
        registry.add(id_, **_hostile_entry(id_, texts, number))
        registry.add_version(id_, description=next(texts)[:100])
        _record(registry, id_, texts, number)
        registry.prove(id_)
    registry.add("bare", repository=..., name=f"io.github.{'long-name-' * 18}x/bare", maintainers=["a" * 39])
    registry.add("id-" + "w" * 61, title="W" * 100, tags=["t" * 32, "tag"], name="com.example/" + "n" * 188)
    registry.add("gone", status="withdrawn", tags=["tag"])
    registry.add("old", status="deprecated")
    reason = f"{SCRIPT}{'W' * 400}"
    for number, id_ in enumerate(("hostile", "more")):
        registry.write(f"profiles/{id_}.yaml", yaml.safe_dump(_profile(id_, TEXTS[number:] + TEXTS[:number])))
    lists = {
        "withdrawn": [{"id": "gone", "reason": reason, "date": "2026-11-01"}],
        "yanked": [{"id": "hostile-1", "version": "1.3.0", "reason": reason, "date": "2026-11-02"}],
        "aliases": {"other": "old"},
    }
    registry.write("lists.yaml", yaml.safe_dump(lists))
    return registry.folder


def _profile(id_, texts):
    """A set of all hostile servers, and of one that is withdrawn."""
    servers = [{"id": f"hostile-{place}", "arguments": {text[:50]: [".", text]}} for place, text in enumerate(texts)]
    servers += [{"id": "gone", "arguments": {text[:50]: ["."] for text in texts}}]
    return {"id": id_, "title": texts[0][:100], "description": texts[1][:100], "servers": servers}


def _hostile_entry(id_, texts, number):
    def text(limit):
        return next(texts)[:limit]

    def given(**changes):
        return {"description": text(10_000), "placeholder": text(10_000), "default": text(5_000), **changes}

    url = "https://evil.example/'\"><script>window.hacked=1</script>/" + "p" * (1_900 if number % 2 else 10)
    package = {
        "registryType": "npm",
        "identifier": "@example/" + id_,
        "version": "1.4.0",
        "runtimeHint": "npx",
        "transport": {"type": "stdio"},
        "packageArguments": [
            {"type": "positional", "valueHint": "folder", "isRequired": True, **given()},
            {"type": "named", "name": "--" + "n" * 200, "choices": [text(3_000), text(300)], **given()},
            {"type": "positional", "value": text(3_000)},
        ],
        "environmentVariables": [{"name": "K" * 128, "isRequired": True, "isSecret": True, **given()}],
    }
    entry = {
        "title": text(100),
        "description": text(100),
        "documentation": "\n\n".join(["# One", *(TEXTS[number:] + TEXTS[:number])])[:20_000],
        "license": text(100),
        "version": "1.4.0",
        "websiteUrl": url,
        "repository": {"url": url, "source": "github", "subfolder": "a<b>'\"&c"},
        "icons": [{"src": url[:200]}],
        "categories": ["files", "web"],
        "tags": ["tag", "t" * 32],
        "packages": [package],
        "smoke": {"arguments": {"folder": [text(900)]}, "calls": [{"tool": text(256), "arguments": {"x": text(900)}}]},
        "permissions": {"network": ["a." * 100 + "example"], "filesystem": "arguments"},
    }
    if number % 3 == 1:
        header = {"name": "X-" + "H" * 100, "isSecret": True, "value": "{v}" + text(900), "variables": {"v": given()}}
        entry["remotes"] = [{"type": "streamable-http", "url": url.replace("'\"", "{v}"), "headers": [header]}]
    return entry


def _record(registry, id_, texts, number):
    """What a hostile server may say of itself: nothing of it keeps to any schema."""
    outcomes = ("passed", "failed", "needs", "unreachable", "untried")
    tools = [_tool(f"tool-{place}-{next(texts)}"[:256], texts, place) for place in range(3)]
    outcome = outcomes[number % len(outcomes)]
    (registry.folder / "recorded").mkdir(exist_ok=True)
    document = {
        "id": id_,
        "version": "1.4.0",
        "outcome": outcome,
        "date": "2026-11-20",
        "reason": next(texts),
        "needs": [next(texts)[:128]],
        "started": {"kind": "npm", "identifier": next(texts)[:2_000], "version": "1.4.0"},
        "tier": "bwrap",
        "startSeconds": 123456.789,
        "protocolVersion": next(texts),
        "serverInfo": {"name": next(texts), "version": next(texts), "title": 7},
        "instructions": next(texts),
        "toolsSha256": tools_digest(tools),
        "tools": tools,
        "prompts": [{"name": next(texts), "description": next(texts), "arguments": [{"name": next(texts)}, "text"]}],
        "resources": [{"uri": f"javascript:window.hacked=1//{next(texts)}", "name": next(texts), "description": 3}],
        "resourceTemplates": [{"uriTemplate": next(texts), "name": None}],
        "calls": [{"tool": next(texts)[:256], "passed": False, "reason": next(texts)}],
        "flags": [{"where": next(texts)[:512], "rule": next(texts)[:64], "found": next(texts)}],
    }
    registry.write(f"recorded/{id_}.json", json.dumps(document))


def _tool(name, texts, place):
    schema = {
        "type": "object",
        "properties": {
            next(texts): {"type": ["string", "null"], "description": next(texts), "enum": [next(texts), 1, None]},
            "deep": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/x"}, {"type": next(texts)}]}},
            "any": True,
        },
        "required": ["deep", next(texts)],
    }
    shapes = (schema, {"type": "object", "properties": "none"}, {})
    return {
        "name": name,
        "title": next(texts),
        "description": next(texts),
        "inputSchema": shapes[place % len(shapes)],
        "annotations": ({"title": next(texts), "readOnlyHint": "yes"}, ["no", "object"], {"title": 7})[place % 3],
        "outputSchema": [schema, {"anyOf": "none", "properties": [1]}, {"$ref": 7, "enum": "x"}][place % 3],
    }
