"""What a smoke test saw of one version of a server: what it offers, how it started, what its calls answered."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from hub_launch.catalog.base import Date, Flag, Id, Model, Sha256, Version
from hub_launch.catalog.canonical import canonical_json, sha256_hex
from hub_launch.catalog.kinds import AnyKind

# The parts of a tool's definition that reach a model or decide about a call, as the protocol 2026-07-28 names them.
# `_meta` is for programs, and some servers put into it what changes from run to run.
TOOL_KEYS = ("name", "title", "description", "inputSchema", "outputSchema", "annotations", "execution", "icons")

# Some servers offer the last thirty days as a default, counted from when they were started. In canonical JSON a quote
# within a text has a backslash before it: no description looks like this.
_MOMENT = re.compile(rb'"default":"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?"')

Outcome = Literal["passed", "failed", "needs", "unreachable", "untried"]
Tier = Literal["bwrap", "landlock", "sandbox-exec", "container", "none"]
"""How the server was shut in: the launcher's sandbox tiers, strongest first; `none` for not at all."""

Definition = dict[str, Any]
"""A tool, prompt, resource or template as the server defines it, in the protocol's own words."""


class Started(Model):
    """What of an entry was started: the first of its alternatives that can be."""

    kind: AnyKind
    """How it was started."""
    identifier: Annotated[str, Field(min_length=1, max_length=2048)]
    """The package's name, the remote's address, the OpenAPI description's file or address, or the module's path."""
    version: Version | None = None
    """The package's version, where it is a package."""


class RecordedCall(Model):
    """One declared call, and whether its answer showed what the entry expects."""

    tool: Annotated[str, Field(min_length=1, max_length=256)]
    """The tool's name."""
    passed: Flag
    """The answer showed it."""
    reason: str | None = None
    """What the answer lacked."""


class Flagged(Model):
    """Text of the server that a person should look at."""

    where: Annotated[str, Field(min_length=1, max_length=512)]
    """The place: `tools/<name>/description`."""
    rule: Annotated[str, Field(min_length=1, max_length=64)]
    """`hidden-character`, `model-instruction` or `lookalike`."""
    found: str
    """What is wrong with it, safe to print."""


class Recorded(Model):
    """`registry/recorded/<id>.json`: what a smoke test saw."""

    model_config = ConfigDict(title="MCP hub recorded smoke test")

    id: Id
    """The server."""
    version: Version
    """The entry's version that was tested."""
    outcome: Outcome
    """`passed`; `failed` for a server that does not start or answers otherwise than declared; `needs` for one that
    wants credentials; `unreachable` for an address that did not answer; `untried` where this could not be tried."""
    reason: str | None = None
    """Why it did not pass."""
    needs: tuple[Annotated[str, Field(min_length=1, max_length=128)], ...] | None = None
    """Variables and headers that the server wants and the test does not have."""
    started: Started | None = None
    """What was started; absent when nothing was."""
    tier: Tier | None = None
    """How it was shut in; absent for what runs elsewhere, and when nothing was started."""
    date: Date
    """The day of the test."""
    start_seconds: Annotated[float, Field(ge=0)] | None = None
    """From the start of the process to its complete lists; installation is not in it."""
    protocol_version: str | None = None
    """The protocol that the server speaks."""
    server_info: Definition | None = None
    """What the server says of itself."""
    instructions: str | None = None
    """What the server tells models about its use."""
    capabilities: Definition | None = None
    """What the server says it can do."""
    tools_sha256: Sha256 | None = None
    """Hash of the canonical tool definitions; see tools_digest. Absent when nothing could be listed."""
    tools: tuple[Definition, ...] | None = None
    """Sorted by name."""
    prompts: tuple[Definition, ...] | None = None
    """Sorted by name."""
    resources: tuple[Definition, ...] | None = None
    """Sorted by URI."""
    resource_templates: tuple[Definition, ...] | None = None
    """Sorted by URI template."""
    calls: tuple[RecordedCall, ...] | None = None
    """The declared calls, in their order."""
    flags: tuple[Flagged, ...] | None = None
    """Text that a person should look at."""


def tools_digest(tools: Iterable[Mapping[str, Any]]) -> str:
    """The SHA-256 of what `tools` define, in lower-case hexadecimal: whatever their order, without their `_meta`.

    Days and moments that are defaults count as one and the same. A server whose tools have this digest offers what was
    seen. Raises ValueError for what is no JSON.
    """
    shown = ({key: tool[key] for key in TOOL_KEYS if tool.get(key) is not None} for tool in tools)
    return sha256_hex(b"[%b]" % b",".join(sorted(map(steady_json, shown))))


def steady_json(value: Any) -> bytes:
    """`value` as canonical JSON, with a word that is none in place of every day and moment that is a default."""
    return _MOMENT.sub(b'"default":now', canonical_json(value))
