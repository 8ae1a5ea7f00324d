"""What a search finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["editor", "python", "api", "container"]


@dataclass(frozen=True, slots=True)
class Discovered:
    """A server that could be added."""

    kind: Kind
    id: str
    """What it would be called."""
    where: str
    """The file, the address or the container."""
    what: str
    """What it is, for people; without the value of any secret."""
    add: str = ""
    """The command that adds it; empty where `discover` itself does."""
    server: Mapping[str, Any] | None = None
    """As it would stand in hub.yaml; None for what becomes an entry first."""
    missing: tuple[str, ...] = ()
    """Variables that the user has to give a value: secrets are not copied."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What it is described by, under the name that this would have beside hub.yaml."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one search found, and what it could not look at, with the reason."""

    found: tuple[Discovered, ...] = ()
    notes: tuple[str, ...] = ()
    failed: bool = False
    """What the user named could not be looked at."""
