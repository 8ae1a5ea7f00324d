"""What will be started: a process spoken to over its pipes, or an address spoken to over HTTP.

Every kind of server becomes one of these two, so that consent, supervision and the hub know no kinds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class StdioLaunch:
    """A child process that speaks MCP on its standard input and output."""

    id: str
    title: str
    kind: str
    """The loader that planned it, for people: npm, pypi, openapi, ..."""
    argv: tuple[str, ...]
    """The exact command; the program is an absolute path."""
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The child's whole environment."""
    declared: tuple[str, ...] = ()
    """The names in `env` that the entry asked for; the rest is what its runner needs."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """Values that must never be shown."""
    cwd: str | None = None


@dataclass(frozen=True)
class HttpLaunch:
    """A server somebody else runs."""

    id: str
    title: str
    kind: str
    transport: Literal["streamable-http", "sse"]
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """Values that must never be shown."""


Launch = StdioLaunch | HttpLaunch
