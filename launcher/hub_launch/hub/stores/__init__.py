"""Where hubs that stand beside each other keep what one of them knows of a client's session.

To add one: a file beside this one, and a line in STORES.
"""

import importlib
from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec

from hub_launch.errors import ExitCode, HubError


class Kept(msgspec.Struct, frozen=True):
    """What another hub has to know to go on with a session."""

    hello: str
    """The body of its `initialize`."""
    level: str | None = None
    """How severe the log messages are at least that the client wants to hear."""
    uris: tuple[str, ...] = ()
    """The resources that it subscribed to."""


class StoreDown(Exception):
    """The store does not answer, or refuses."""


class Store(Protocol):
    """A table of sessions by their keys, each kept for a while. Every method may raise StoreDown."""

    async def put(self, key: str, value: bytes, seconds: int) -> None:
        """Keep this for so long, in the place of what there is."""
        ...

    async def get(self, key: str, most: int) -> bytes:
        """The value, or so much of it that one can see that it is longer than `most` bytes; empty if there is none."""
        ...

    async def drop(self, key: str) -> None:
        """Forget it."""
        ...

    async def prolong(self, keys: Iterable[str], seconds: int) -> list[bool]:
        """Keep these for so long from now; whether each is still there."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


STORES: Mapping[str, str] = {"redis": "redis", "rediss": "redis"}
"""The module of each, by the scheme of its address; it has `open_store(address)`. `rediss` is Redis over TLS."""


def store_of(address: str) -> Store:
    """The store at an address; nothing is connected yet. Raises HubError (exit 2) for one of no kind that there is."""
    scheme = urlsplit(address).scheme
    if scheme not in STORES:
        # An address has a password in it.
        raise HubError(
            f"--sessions: there is no store for addresses that begin with {scheme or 'nothing'}",
            f"one begins with {' or '.join(f'{one}://' for one in STORES)}",
            ExitCode.USAGE,
        )
    module: Any = importlib.import_module(f"hub_launch.hub.stores.{STORES[scheme]}")
    store: Store = module.open_store(address)
    return store
