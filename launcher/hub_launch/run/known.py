"""What servers offered the last time, so that a client need not wait for them to be asked again."""

import logging
from pathlib import Path
from typing import Any, Protocol

import msgspec

from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.files import mark_used, read_bounded, write_atomic
from hub_launch.plan import Launch, StdioLaunch
from hub_launch.run.lists import MAX_LIST_BYTES
from hub_launch.run.offer import KINDS, Offer, read_definition

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


_decoder = msgspec.json.Decoder(Offer)


class KnownFiles:
    """A file for each launch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, launch: Launch) -> Offer | None:
        """See Known. A file that is not as it was written is as good as none."""
        try:
            offer = _decoder.decode(read_bounded(self._path(launch), MAX_BYTES))
        except (OSError, ValueError, RecursionError):
            return None
        mark_used(self._path(launch))
        return offer if _is_sound(offer) else None

    def save(self, launch: Launch, offer: Offer) -> None:
        """See Known."""
        try:
            write_atomic(self._path(launch), msgspec.json.encode(offer))
        except OSError as error:
            _log.warning("what %s offers is not remembered: %s", launch.id, error)

    def _path(self, launch: Launch) -> Path:
        return self._folder / f"{launch.id}-{_key(launch)}.json"


def _is_sound(offer: Offer) -> bool:
    """Whether it is one that a server was found to make."""
    definitions = ((kind, one) for field, kind in KINDS.items() for one in getattr(offer, field))
    return offer.greeting is not None and all(read_definition(kind, one.raw) == one for kind, one in definitions)


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
