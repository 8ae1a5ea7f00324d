"""Which other servers the page of a server names."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub_build.compile import Compiled


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another server, as a link to its page needs it."""

    id: str
    title: str
    description: str


def related_servers(compiled: Compiled) -> Mapping[str, tuple[Neighbour, ...]]:
    """By id, the servers that are near; a server without any may be missing."""
    return {}
