"""`openapi.yaml`: exactly what the site serves. A test compares it with the files, in both directions."""

import re
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel

from hub_build.api import (
    AiCatalog,
    ApiVersion,
    Badge,
    Health,
    ManagedSettings,
    Pong,
    Problem,
    SearchIndex,
    ServerList,
    ServerResponse,
)
from hub_build.compile import Compiled
from hub_build.hosts.rules import PROBLEM, content_type
from hub_build.outputs.output import Files
from hub_launch.catalog import Index, Lists, Recorded
from hub_launch.judge.contract import components_of
from hub_launch.judge.official import OfficialServer
from hub_launch.version import __version__

_TREES = ("/v0.1", "/v0")
_PARAMETER = re.compile(r"\{(\w+)\}")

Node = dict[str, Any]


class _Dumper(yaml.SafeDumper):
    """Without anchors: not every reader of OpenAPI follows them."""

    def ignore_aliases(self, data: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Address:
    """One kind of address. path: with parameters in braces. model: of the JSON there, if it is ours."""

    path: str
    summary: str
    model: type[BaseModel] | None = None
    always: bool = False
    """There is nothing that could be missing."""


_API = (
    Address("/ping", "Whether the API answers", Pong, always=True),
    Address("/health", "How the API does", Health, always=True),
    Address("/version", "What made the files", ApiVersion, always=True),
    Address("/servers", "The latest version of every server, all at once", ServerList, always=True),
    Address("/servers/{id}", "A server by its short id", ServerResponse),
    Address("/servers/{serverName}/versions", "All versions of a server, the newest first", ServerList),
    Address("/servers/{serverName}/versions/{version}", "One version of a server, or `latest`", ServerResponse),
)

_OTHERS = (
    Address("/index.json", "A row for every server, with the hash of its document", Index, always=True),
    Address("/entries/{id}/{sha256}.json", "The document with this hash", OfficialServer),
    Address("/specs/{sha256}.json", "The OpenAPI document with this hash, which an entry needs"),
    Address("/recorded/{id}.json", "What a smoke test of the current version saw", Recorded),
    Address("/search.json", "All that a search looks at", SearchIndex, always=True),
    Address("/servers.md", "Every server with what its last smoke test came to, as a table", always=True),
    Address("/lists.json", "Other names, yanked versions, withdrawn servers", Lists, always=True),
    Address("/badges/{id}.json", "A badge for shields.io", Badge),
    Address("/badges/{id}.svg", "A badge"),
    Address("/managed-settings/{list}.json", "Which servers editors may use", ManagedSettings),
    Address("/.well-known/ai-catalog.json", "Servers at an address, with their cards", AiCatalog, always=True),
    Address("/feed.xml", "New servers and versions (Atom)", always=True),
    Address("/llms.txt", "What an assistant should know of this site", always=True),
    Address("/openapi.yaml", "This description", always=True),
    Address("/sitemap.xml", "Addresses for search engines, where the site knows its own"),
    Address("/sitemaps/{number}.xml", "Parts of a long sitemap"),
    Address("/404.json", "What a program gets where there is nothing", Problem, always=True),
    Address("/404.html", "What a person gets where there is nothing", always=True),
)

ADDRESSES = (
    *(Address(tree + one.path, one.summary, one.model, one.always) for tree in _TREES for one in _API),
    *_OTHERS,
)

_PARAMETERS: dict[str, Node] = {
    "id": {"description": "What people type: `weather`.", "schema": {"type": "string"}},
    "serverName": {
        "description": "The full name. Its slash is written `/` or `%2F`: `io.github.you%2Fweather`.",
        "schema": {"type": "string"},
    },
    "version": {"description": "A version as the list has it, or `latest`.", "schema": {"type": "string"}},
    "sha256": {"description": "Of the file, in lower-case hexadecimal.", "schema": {"type": "string"}},
    "list": {
        "description": "`commands`: by addresses and command lines; `names`: by what users call servers.",
        "schema": {"type": "string", "enum": ["commands", "names"]},
    },
    "number": {"description": "From 1.", "schema": {"type": "integer"}},
}

_ABOUT = """\
The registry as static files. Query strings are accepted and ignored: lists are whole, and there is never a next page.
Servers that were withdrawn are not listed; their own addresses say `deleted`.
"""


def fixed(compiled: Compiled) -> Files:
    """The description."""
    document = description(compiled.title, compiled.base_url)
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    yield "openapi.yaml", text.encode()


def description(title: str, base_url: str) -> Node:
    """The OpenAPI 3.1 document. base_url: where the site is; relative addresses where that is not known."""
    models = list(dict.fromkeys(one.model for one in ADDRESSES if one.model))
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "description": _ABOUT},
        "servers": [{"url": base_url.rstrip("/") or "/"}],
        "paths": {one.path: {"get": _operation(one)} for one in ADDRESSES},
        "components": {"schemas": components_of(models)},
    }


def _operation(address: Address) -> Node:
    parameters = [{"name": name, "in": "path", "required": True, **_PARAMETERS[name]}
                  for name in _PARAMETER.findall(address.path)]  # fmt: skip
    responses = {"200": _answer(address.summary, content_type(address.path), address.model)}
    if not address.always:
        responses["404"] = _answer("There is no such thing.", PROBLEM, Problem)
    operation: Node = {"summary": address.summary, "responses": responses}
    return {"parameters": parameters, **operation} if parameters else operation


def _answer(words: str, media_type: str, model: type[BaseModel] | None) -> Node:
    schema = {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}} if model else {}
    return {"description": words, "content": {media_type.partition(";")[0]: schema}}
