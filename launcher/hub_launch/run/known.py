"""What servers offered the last time, so that a client need not wait for them to be asked again."""

import logging
from pathlib import Path
from typing import Any, Protocol

import msgspec
from msgspec import Raw

from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.files import read_bounded, write_atomic
from hub_launch.plan import Launch, StdioLaunch
from hub_launch.run.lists import MAX_LIST_BYTES
from hub_launch.run.offer import KINDS, Greeting, Kind, Offer, read_definition

# Four lists and a greeting.
MAX_BYTES = 5 * MAX_LIST_BYTES
# Enough of a key that no two of a user's launches share it.
_KEY = 16

_log = logging.getLogger(__name__)


class Known(Protocol):
    """A memory of offers."""

    def load(self, launch: Launch) -> Offer | None:
        """What a server of exactly this launch offered; None if that is not known."""
        ...

    def save(self, launch: Launch, offer: Offer) -> None:
        """Remember it. What cannot be written is not remembered."""
        ...


class _Nothing:
    """Remembers nothing."""

    def load(self, launch: Launch) -> Offer | None:
        """See Known."""
        return None

    def save(self, launch: Launch, offer: Offer) -> None:
        """See Known."""


KNOWN_NOTHING: Known = _Nothing()


class _Document(msgspec.Struct, frozen=True):
    era: str
    version: str
    greeting: Raw
    left_out: tuple[str, ...]
    lists: dict[str, list[Raw]]
    server_info: dict[str, Any] | None = None
    capabilities: dict[str, Any] = {}
    instructions: str | None = None


_decoder = msgspec.json.Decoder(_Document)


class KnownFiles:
    """A file for each launch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, launch: Launch) -> Offer | None:
        """See Known. A file that is not as it was written is as good as none."""
        try:
            document = _decoder.decode(read_bounded(self._path(launch), MAX_BYTES))
        except (OSError, ValueError, RecursionError):
            return None
        read = {name: _definitions(kind, document.lists.get(name, [])) for name, kind in KINDS.items()}
        greeting = Greeting(
            document.era,
            document.version,
            document.greeting,
            document.server_info,
            document.capabilities,
            document.instructions,
        )
        return Offer(**read, greeting=greeting, left_out=document.left_out)

    def save(self, launch: Launch, offer: Offer) -> None:
        """See Known."""
        greeting = offer.greeting
        if greeting is None:
            return
        lists = {name: [one.raw for one in getattr(offer, name)] for name in KINDS}
        document = _Document(
            greeting.era,
            greeting.protocol_version,
            greeting.result,
            offer.left_out,
            lists,
            dict(greeting.server_info) if greeting.server_info is not None else None,
            dict(greeting.capabilities),
            greeting.instructions,
        )
        try:
            write_atomic(self._path(launch), msgspec.json.encode(document))
        except OSError as error:
            _log.warning("what %s offers is not remembered: %s", launch.id, error)

    def _path(self, launch: Launch) -> Path:
        return self._folder / f"{launch.id}-{_key(launch)}.json"


def _definitions(kind: Kind, items: list[Raw]) -> tuple[Any, ...]:
    read = [read_definition(kind, item.copy()) for item in items]
    return tuple(one for one in read if not isinstance(one, str))


def _key(launch: Launch) -> str:
    """Of all that decides what is started or reached: another version, argument or variable is another server.

    Secrets are left out of it, so that nothing about them is on the disk.
    """
    if isinstance(launch, StdioLaunch):
        values = {name: launch.env.get(name) for name in launch.declared}
        what: list[Any] = [*launch.argv, launch.cwd, values]
    else:
        what = [launch.transport, launch.url, sorted(launch.headers)]
    text = canonical_json([launch.kind, *what]).decode()
    for secret in sorted(launch.secrets, key=len, reverse=True):
        text = text.replace(secret, "")
    return sha256_hex(text.encode())[:_KEY]
