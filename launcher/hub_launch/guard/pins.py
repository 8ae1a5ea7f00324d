"""What is agreed to when a server is, and how it differs from what was agreed to before."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import PurePath

from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.catalog.entry import Permissions
from hub_launch.catalog.lock import Pin, Way
from hub_launch.index.registries import Found
from hub_launch.plan import HttpLaunch, Launch, StdioLaunch
from hub_launch.text import command_line, printable, redact

_OTHER_MATTERS = {"approval", "tools_sha256", "tools_sha256_with", "title"}

_NO_WAY = Way(kind="")


def pin_of(launch: Launch, found: Found | None) -> Pin:
    """What starting `launch` is, for the lock. found: what its registry says; None for one of an editor's file."""
    pin = Pin(
        title=launch.title,
        ways=tuple(map(_way, (launch, *launch.alternatives))),
        permissions=launch.permissions if isinstance(launch, StdioLaunch) else Permissions(),
    )
    if found is None:
        return pin
    row = found.row
    origin = {"registry": found.registry.location, "version": row.version, "sha256": row.sha256}
    return pin.model_copy(update=origin)


def with_tools_of(before: Pin | None, now: Pin) -> Pin:
    """`now` with the tools pinned that were before."""
    if before is None:
        return now
    tools = {"tools_sha256": before.tools_sha256, "tools_sha256_with": before.tools_sha256_with}
    return now.model_copy(update=tools)


def _way(launch: Launch) -> Way:
    secrets = launch.secrets
    if isinstance(launch, HttpLaunch):
        return Way(kind=launch.kind, identifier=redact(launch.url, secrets), environment=tuple(launch.headers))
    return Way(
        kind=launch.kind,
        identifier=launch.packaged.package.identifier if launch.packaged else "",
        integrity=integrity_of(launch),
        command=tuple(redact(word, secrets) for word in launch.argv),
        folder=(launch.cwd or "") if launch.own else "",
        environment=launch.declared,
    )


def values_of(launch: Launch) -> dict[str, str]:
    """What else is agreed to and is not for a file, by what people call it.

    A credential is none of it: whoever renews one has the same server.
    """
    found: dict[str, str] = {}
    for number, one in enumerate((launch, *launch.alternatives)):
        if isinstance(one, StdioLaunch):
            where = f" (alternative {number})" if number else ""
            found.update({f"{name}{where}": value for name, value in _values(one)})
    return found


def _values(launch: StdioLaunch) -> Iterator[tuple[str, str]]:
    credentials = launch.confided if launch.own else launch.secrets
    for name in launch.declared:
        value = launch.env.get(name, "")
        if name not in launch.varying and value not in credentials:
            yield name, value
    if launch.own:
        # Masked in the lock, where a word of it is also the value of a variable.
        yield "the command", command_line(launch.argv, credentials)


def integrity_of(launch: StdioLaunch) -> str:
    """The hash that its package must have; empty where there is none."""
    package = launch.packaged.package if launch.packaged else None
    return (package.integrity or package.file_sha256 or "") if package else ""


def same(one: Pin, other: Pin) -> bool:
    """Whether agreeing to one is agreeing to the other, as far as can be known before a start."""
    return one.model_dump(exclude=_OTHER_MATTERS) == other.model_dump(exclude=_OTHER_MATTERS)


def digest(pin: Pin, values: Mapping[str, str]) -> str:
    """A short name for all that is agreed to: of two pins, `same` says whether it is one."""
    return sha256_hex(canonical_json([pin.model_dump(mode="json", exclude=_OTHER_MATTERS), dict(values)]))


def portable_differences(before: Pin, now: Pin) -> Iterator[str]:
    """What is another than it was, though it should be the same on every machine; see `differences`."""
    return differences(_portable(before), _portable(now))


def _portable(pin: Pin) -> Pin:
    # An entry's hash says what its command is made of. A command of the user's own is all that is known of it.
    ways = tuple(
        way.model_copy(update={"command": () if pin.sha256 else _without_folder(way.command), "folder": ""})
        for way in pin.ways
    )
    return pin.model_copy(update={"registry": "", "ways": ways})


def _without_folder(command: tuple[str, ...]) -> tuple[str, ...]:
    """Programs are in other places on other machines."""
    return tuple(PurePath(word).name if place == 0 else word for place, word in enumerate(command))


def differences(before: Pin, now: Pin) -> Iterator[str]:
    """What is another than it was, a line each; safe to print."""
    yield from _told("version", before.version, now.version)
    yield from _told("registry", before.registry, now.registry)
    for old, new in zip_longest(before.ways, now.ways, fillvalue=_NO_WAY):
        yield from _told("started by", old.kind, new.kind)
        yield from _told("package", old.identifier, new.identifier)
        yield from _told("integrity", old.integrity, new.integrity)
        yield from _told("command", command_line(old.command), command_line(new.command))
        yield from _told("started in", old.folder, new.folder)
        yield from _told("variables", ", ".join(old.environment), ", ".join(new.environment))
    yield from _told("network", network_of(before.permissions), network_of(now.permissions))
    yield from _told("files", before.permissions.filesystem, now.permissions.filesystem)
    if before.version == now.version and before.sha256 != now.sha256:
        yield "its entry was changed without a new version"


def _told(word: str, before: str | None, now: str | None) -> Iterator[str]:
    if before != now:
        yield f"{word}: {_shown(before)} -> {_shown(now)}"


def _shown(value: str | None) -> str:
    return printable(value) if value else "(none)"


def network_of(wanted: Permissions) -> str:
    """What of the network is asked for, for people; safe to print."""
    network = wanted.network
    return network if isinstance(network, str) else ", ".join(network)
