"""What separates two versions of one server, in words: what runs, what it may do, what it is given."""

from collections.abc import Iterator

from hub_build.would_run import wanted_by
from hub_launch.catalog import Entry
from hub_launch.catalog.entry import Permissions

_WAYS = ("package", "module", "OpenAPI description", "address")


def differences(old: Entry, new: Entry) -> Iterator[str]:
    """A line for each difference between two versions that their user would want to know of."""
    yield from _told("name", old.name, new.name)
    yield from _wanted(old, new)
    yield from _permitted(old.permissions or Permissions(), new.permissions or Permissions())
    yield from _told("licence", old.license, new.license)
    for word, one, other in zip(_WAYS, _ways(old), _ways(new), strict=True):
        yield from (f"{word} {name} is new" for name in other if name not in one)
        yield from (f"{word} {name} is gone" for name in one if name not in other)
    if old.status != new.status:
        yield f"is now {new.status}"


def _wanted(old: Entry, new: Entry) -> Iterator[str]:
    before = {one.name: one for one in wanted_by(old)}
    after = {one.name: one for one in wanted_by(new)}
    yield from (f"takes {name}" for name in after if name not in before)
    yield from (f"no longer takes {name}" for name in before if name not in after)
    both = [name for name in after if name in before]
    yield from (f"needs {name} now" for name in both if after[name].required and not before[name].required)


def _told(what: str, was: str, now: str) -> Iterator[str]:
    if was != now:
        yield f"{what} {now}, was {was}"


def _permitted(old: Permissions, new: Permissions) -> Iterator[str]:
    if old.network != new.network:
        yield f"network: {_words(new.network)}, was {_words(old.network)}"
    if old.filesystem != new.filesystem:
        yield f"files: {new.filesystem}, was {old.filesystem}"


def _words(network: str | tuple[str, ...]) -> str:
    return network if isinstance(network, str) else ", ".join(network)


def _ways(entry: Entry) -> tuple[list[str], ...]:
    """What it can be started from, for each of _WAYS."""
    packages = [
        _without_tag(one.identifier) if one.registry_type == "oci" else one.identifier for one in entry.packages or ()
    ]
    module, openapi = entry.module, entry.openapi
    return (
        packages,
        [module.path] if module else [],
        [openapi.file or openapi.url or ""] if openapi else [],
        [one.url for one in entry.remotes or ()],
    )


def _without_tag(image: str) -> str:
    """An image's name, in which its version is too."""
    name = image.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}"
