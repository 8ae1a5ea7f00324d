"""What is kept once for each server of a hub."""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

from hub_launch.run.server import Server

_Kept = TypeVar("_Kept")


def _nothing(_: object) -> None:
    """Most of what is kept needs no end."""


class Singles(Generic[_Kept]):
    """One thing for each server that was asked for; nothing of those that are gone, or were replaced."""

    def __init__(
        self,
        servers: Mapping[str, Server],
        make: Callable[[Server], _Kept],
        end: Callable[[_Kept], None] = _nothing,
    ) -> None:
        """servers: of the hub, by id; they may come and go. end: told what is let go."""
        self._servers = servers
        self._make = make
        self._end = end
        self._kept: dict[str, tuple[Server, _Kept]] = {}

    def get(self, name: str) -> _Kept | None:
        """Of the server that has this id now; None if there is none."""
        if server := self._servers.get(name):
            return self.of(server)
        self._forget_strangers()
        return None

    def of(self, server: Server) -> _Kept:
        """Of this server; made and not kept where the hub has let go of it meanwhile."""
        name = server.status.id
        kept = self._kept.get(name)
        if kept and kept[0] is server:
            return kept[1]
        self._forget_strangers()
        made = self._make(server)
        if self._servers.get(name) is server:
            self._kept[name] = server, made
        return made

    def __iter__(self) -> Iterator[_Kept]:
        return (kept for _, kept in self._kept.values())

    def _forget_strangers(self) -> None:
        """Of whatever name: nobody may ever ask for theirs again, and they would stay in memory."""
        for name, (server, kept) in list(self._kept.items()):
            if server is not self._servers.get(name):
                del self._kept[name]
                self._end(kept)
