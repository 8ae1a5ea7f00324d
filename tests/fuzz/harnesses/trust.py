"""A signed registry whose files were changed: what is taken is what was signed; what is refused, with words."""

import contextlib
import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.fuzz.pieces import pieces
from tuf.api.metadata import Metadata

from hub_build.sign import keys
from hub_build.sign.roles import new_root, next_root, signed_bytes
from hub_build.sign.roots import Roots
from hub_build.sign.site import Published, publication
from hub_launch.catalog import sha256_hex
from hub_launch.errors import HubError
from hub_launch.index.host import Expired, Fetched, Missing
from hub_launch.index.trust import check_root, fetch_target, verify

URL = "https://registry.example.org"
# The same bytes each day, and none that expires.
NOW = datetime(2100, 1, 1, tzinfo=UTC)
OLD, NEW = b'{"servers":[]}', b'{"servers":["newer"]}'
LIMIT = 10_000
TIMESTAMP = "metadata/timestamp.json"
# Not from the registry's host: what the launcher came with, and what it proved last time and kept on its disk.
ROOT, KEPT = "root.json", "kept/"


@dataclass(frozen=True)
class Registry:
    """A registry before and after it changed a key and published again. root: what its users began with."""

    root: bytes
    old: Mapping[str, bytes]
    new: Mapping[str, bytes]


class Files:
    """A host that has these."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def get(self, path: str, limit: int, etag: str = "") -> Fetched:
        if path not in self._files:
            raise Missing(f"there is no {path}")
        if len(self._files[path]) > limit:
            raise HubError(f"{path} has more than {limit:,} bytes")
        return Fetched(self._files[path])


@functools.cache
def registry() -> Registry:
    one, two, three, four, online = (keys.signer(keys.development(f"fuzz-{number}")) for number in range(5))
    root = new_root([key.public_key for key in (one, two, three)], online.public_key, NOW)
    newer = next_root(root, NOW, [four.public_key], [three.public_key.keyid], None)
    roots = {1: signed_bytes(root, [one, two])}
    old = publication(OLD, None, Roots(roots, root), online, NOW)
    both = roots | {2: signed_bytes(newer, [one, two])}
    names = ("metadata/1.targets.json", "metadata/1.snapshot.json", TIMESTAMP)
    before = Published(*(Metadata.from_bytes(old[name]) for name in names))
    return Registry(roots[1], old, old | publication(NEW, before, Roots(both, newer), online, NOW))


@functools.cache
def kept() -> Mapping[str, str]:
    """What a launcher has that read the registry after its change."""
    signed = registry()
    return verify(Files(signed.new), URL, signed.root, {}).metadata


@functools.cache
def originals() -> Mapping[str, bytes]:
    """All files that an input may change."""
    before = {KEPT + name: text.encode() for name, text in kept().items()}
    return {ROOT: registry().root, **registry().new, **before}


def changed(name: str, place: bytes = b"", now: bytes = b"", mode: bytes = b"kept") -> bytes:
    """An input: in which file, the number of the value in it (nothing: all of it), and what is there instead."""
    return b"\0".join((mode, name.encode(), place, now))


SEEDS = [
    *(changed(name, now=data) for name, data in originals().items()),
    changed(TIMESTAMP, now=registry().old[TIMESTAMP]),
    changed(TIMESTAMP, now=registry().old[TIMESTAMP], mode=b""),
    *(changed(name, b"%d" % place, b"1e999", b"") for name in (ROOT, TIMESTAMP) for place in range(3, 30, 4)),
    changed("metadata/2.root.json", b"5", b"null"),
    changed("metadata/2.targets.json", b"9", b'"../index.json"'),
    changed(f"{KEPT}timestamp.json", b"7", b"99999999999999999999"),
    changed(f"{KEPT}root_history/..", now=b"{}"),
    changed(f"{KEPT}snapshot.json", now=b"\xff"),
]
WORDS = [
    *'null true -1 1e999 [] {} "" "ed25519" "2100-01-01T00:00:00Z" "root" "sha256" "targets" _type'.split(),
    *"metadata/ .root.json snapshot.json kept/ root_history/ signed signatures keyids threshold expires".split(),
]
MOST = 3000


def check(data: bytes) -> None:
    mode, name, place, now = pieces(data, 4)
    path = name.decode(errors="replace")
    before = originals().get(path, b"{}")
    files = {**originals(), path: with_value(before, int(place), now) if place.isdigit() else now}
    known = {key.removeprefix(KEPT): text_of(value) for key, value in files.items() if key.startswith(KEPT)}
    with contextlib.suppress(HubError):
        check_root(files[ROOT], "root.json")
    with contextlib.suppress(HubError, Expired):
        taken(files, known if mode else {})


def taken(files: Mapping[str, bytes], known: Mapping[str, str]) -> None:
    """What was proved is what somebody with the keys wrote; raises the errors that `verify` names."""
    proved = verify(Files(files), URL, files[ROOT], known)
    fetched = fetch_target(Files(files), URL, proved, LIMIT)
    assert fetched in ((NEW,) if known == kept() else (OLD, NEW))
    assert (proved.length, proved.sha256) == (len(fetched), sha256_hex(fetched))
    for name, text in proved.metadata.items():
        assert signed_part(text) in signed_parts(), name


@functools.cache
def signed_parts() -> list[Any]:
    files = {**registry().new, "old timestamp": registry().old[TIMESTAMP]}
    return [signed_part(data) for path, data in files.items() if not path.startswith("targets/")]


def signed_part(text: str | bytes) -> Any:
    return json.loads(text)["signed"]


def text_of(data: bytes) -> str:
    """As JSON has it on the disk, where halves of characters may be written, too."""
    return data.decode("utf-8", "surrogateescape")


def with_value(data: bytes, number: int, now: bytes) -> bytes:
    """The document with another value in that place; what is no JSON is text there."""
    document = [json.loads(data) if data.startswith(b"{") else text_of(data)]
    places = [*_places(document)]
    holder, key = places[number % len(places)]
    try:
        holder[key] = json.loads(now)
    except (ValueError, RecursionError):
        holder[key] = text_of(now)
    return json.dumps(document[0]).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Where values are, each with its holder and key."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])
