"""What a server says of itself and offers, as it said it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Raw

from hub_launch.run.messages import Fields, fields_of, text_of
from hub_launch.text import printable, shortened


@dataclass(frozen=True, slots=True)
class Greeting:
    """The outcome of a handshake."""

    era: str
    """`legacy`, or the version of the protocol that has no handshake."""
    protocol_version: str
    result: Raw
    """What the server answered to `initialize` or `server/discover`."""
    server_info: Mapping[str, Any] | None = None
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    instructions: str | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A tool, a prompt, a resource or a template."""

    name: str
    """What it is asked for by: a name, a URI, or a template of URIs."""
    raw: Raw

    @property
    def input_schema(self) -> Mapping[str, Any]:
        """A tool's schema of its arguments; empty for anything else."""
        schema = (fields_of(self.raw) or {}).get("inputSchema")
        return msgspec.json.decode(schema, type=dict[str, Any]) if schema else {}

    def words(self) -> dict[str, Any]:
        """All of it, decoded."""
        return msgspec.json.decode(self.raw, type=dict[str, Any])


@dataclass(frozen=True)
class Offer:
    """What a server offers, in its own order."""

    tools: tuple[Definition, ...] = ()
    resources: tuple[Definition, ...] = ()
    templates: tuple[Definition, ...] = ()
    prompts: tuple[Definition, ...] = ()
    greeting: Greeting | None = None
    left_out: tuple[str, ...] = ()
    """What it offers too and cannot be passed on, with the reason; safe to print."""

    @property
    def instructions(self) -> str | None:
        """How the server wants to be used."""
        return self.greeting.instructions if self.greeting else None


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the four lists."""

    method: str
    key: str
    """Of the list in the method's result."""
    name: str
    """Of a definition's field by which it is asked for."""
    capability: str
    word: str
    """For people."""
    types: Mapping[str, Any]
    """What its fields must be, where clients take offence."""


_TEXTS = {"name": str, "title": str | None, "description": str | None}
_COMMON = {"icons": list[Raw] | None, "_meta": Fields | None, "annotations": Fields | None}
_OBJECT = {"inputSchema": Fields, "outputSchema": Fields | None}

KINDS = {
    "tools": Kind("tools/list", "tools", "name", "tools", "tool", {**_TEXTS, **_COMMON, **_OBJECT}),
    "resources": Kind("resources/list", "resources", "uri", "resources", "resource", {**_TEXTS, **_COMMON, "uri": str}),
    "templates": Kind(
        "resources/templates/list",
        "resourceTemplates",
        "uriTemplate",
        "resources",
        "resource template",
        {**_TEXTS, **_COMMON, "uriTemplate": str},
    ),
    "prompts": Kind(
        "prompts/list", "prompts", "name", "prompts", "prompt", {**_TEXTS, "arguments": list[Fields] | None}
    ),
}
"""Each list of an Offer, by its field."""

# As long as the specification lets a tool's name be (2025-11-25); a URI may be longer.
MAX_NAME = 128
MAX_URI = 2048
# What an assistant reads before it is asked anything; the largest that are published have some ten thousand bytes.
MAX_DEFINITION_BYTES = 256 * 1024
# Of a name that cannot be passed on, enough to recognise it.
_SHOWN = 40


def read_definition(kind: Kind, item: Raw) -> Definition | str:
    """The definition, or why it cannot be passed on: clients refuse a whole list for one that is wrong."""
    fields = fields_of(item)
    if fields is None:
        return f"a {kind.word} that is no object"
    name = text_of(fields.get(kind.name))
    if not name:
        return f"a {kind.word} without {kind.name}"
    wrong = _too_large(item) or _wrong_name(kind, name) or _wrong_type(kind, fields)
    return f"{kind.word} '{printable(shortened(name, _SHOWN))}': {wrong}" if wrong else Definition(name, item)


def _too_large(item: Raw) -> str:
    return f"it is longer than {MAX_DEFINITION_BYTES // 1024} kB" if len(bytes(item)) > MAX_DEFINITION_BYTES else ""


def _wrong_name(kind: Kind, name: str) -> str:
    if kind.name != "name":
        return f"its address is longer than {MAX_URI}" if len(name) > MAX_URI or printable(name) != name else ""
    if len(name) > MAX_NAME:
        return f"its name has {len(name):,} characters, {MAX_NAME} at most"
    # The specification's letters, and the ones that published servers use beside them.
    if kind.capability == "tools" and not all(one.isascii() and (one.isalnum() or one in "_-./:") for one in name):
        return "its name has characters that no client takes"
    if ".." in name.split("/") or printable(name) != name:
        return "its name has characters that no client takes"
    return ""


def _wrong_type(kind: Kind, fields: Fields) -> str:
    for key, wanted in kind.types.items():
        value = fields.get(key)
        if value is None:
            if type(None) in getattr(wanted, "__args__", ()):
                continue
            return f"it has no {key}"
        try:
            msgspec.json.decode(value, type=wanted)
        except (ValueError, RecursionError):
            return f"its {key} is of the wrong type"
    return ""
