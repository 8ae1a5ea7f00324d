"""The page about the hub's REST API, made of the API's own description of itself."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hub_launch.hub.rest.api import build_api
from hub_launch.hub.rest.means import Means
from hub_launch.run.supervisor import Supervisor

ROOT = Path(__file__).parents[3]

INTRODUCTION = """\
# The hub's REST API

<!-- Written by `make schema` from launcher/hub_launch/hub/rest/. -->

A running hub answers plain HTTP beside MCP: what its servers do, and what to do with them. The addresses below are
those of the hub, `http://127.0.0.1:8080` unless it was told otherwise; `/openapi.json` describes them for programs, and
`/docs` shows that description with a form for each, from files of this machine alone.

- Errors are problem documents (RFC 9457, `application/problem+json`): `title`, `status`, and `detail`, which says what
  to do.
- Who may ask is decided as for MCP: no other machine, no page of another site.
- No route takes a command. Servers are known by their ids.
- Nothing of it is loaded before it is first asked for; `/v0/ping` answers without it.

`/v0/events` is a stream of server-sent events. The data of each is a document with a `type`: first `status` with all of
`/v0/status`; then `server` for each server that is new or has changed, `gone` for one that is no longer part of the
hub, `hub` for what is about all of them. Changes of state are told at once, counted calls once a second.
"""


# Lists of words, which the fields that have them tell.
_WORDS = ("State", "Level")


def page() -> str:
    """The page in Markdown."""
    document = build_api(Means(Supervisor([], [], Path(), lambda status: None))).openapi()
    return "\n".join([INTRODUCTION, *_routes(document), *_documents(document["components"]["schemas"])])


def _routes(document: Mapping[str, Any]) -> Iterator[str]:
    operations = [
        (f"{method.upper()} {path}", one)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    ]
    for tag in dict.fromkeys(one["tags"][0] for _, one in operations):
        yield f"## {tag[0].upper()}{tag[1:]}\n"
        for route, one in operations:
            if one["tags"][0] == tag:
                yield from _route(route, one)


def _route(route: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """What it does, what may be asked, what it answers."""
    yield f"### {route}\n"
    yield _line(operation["description"]) + "\n"
    asked = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    yield from (f"- `?{one['name']}=`: {_line(one.get('description', ''))}" for one in asked)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "$ref" in body.get("schema", {}):
        yield f"- body: {_type(body['schema'])}"
    for status, answer in sorted(operation["responses"].items()):
        yield f"- **{status}**{_why(answer)}"
    yield ""


def _why(response: Mapping[str, Any]) -> str:
    """The document, or the reason for an error."""
    content = response.get("content", {})
    if "application/json" in content:
        return f": {_type(content['application/json']['schema'])}"
    return f": {_line(response['description']).rstrip('.')}" if content else ""


def _documents(schemas: Mapping[str, Any]) -> Iterator[str]:
    yield "## Documents\n"
    for name, schema in schemas.items():
        if "properties" in schema:
            yield f"### {name}\n"
            yield _line(schema.get("description", "")) + "\n"
            yield "| field | type | meaning |"
            yield "|---|---|---|"
            yield from _fields(schema)
            yield ""


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    for name, field in schema["properties"].items():
        yield f"| `{name}` | {_type(field)} | {_line(field.get('description', ''))} |"


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name.lower() if name in _WORDS else f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "const" in schema:
        return f"`{json.dumps(schema['const']).strip(chr(34))}`"
    if "enum" in schema:
        return " or ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return "time" if schema.get("format") == "date-time" else str(schema.get("type", "anything"))


def _line(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
