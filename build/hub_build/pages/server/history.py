"""The versions of a server, and what changed from one to the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from hub_build.compile import Document, Server
from hub_build.would_run import wanted_by
from hub_launch.catalog import Entry
from hub_launch.catalog.entry import Permissions

# A page is not an archive: the API has all versions.
MAX_RELEASES = 25


@dataclass(frozen=True, slots=True)
class Release:
    """One version. problem: why it is not to be started; changes: against the version before, in words."""

    version: str
    published: str
    sha256: str
    problem: str
    changes: tuple[str, ...]


def releases(server: Server) -> tuple[Release, ...]:
    """The newest first."""
    documents = server.documents[:MAX_RELEASES]
    if len(documents) == 1:
        return (_release(documents[0], ()),)
    entries = [one.entry for one in documents]
    changes = [tuple(_changes(old, new)) for new, old in pairwise(entries)]
    return tuple(_release(one, said) for one, said in zip(documents, (*changes, ()), strict=True))


def _release(document: Document, changes: tuple[str, ...]) -> Release:
    problem = document.standing.reason if document.standing.status == "deleted" else ""
    return Release(document.version, document.published, document.sha256, problem, changes)


def _changes(old: Entry, new: Entry) -> Iterator[str]:
    before = {one.name: one for one in wanted_by(old)}
    after = {one.name: one for one in wanted_by(new)}
    yield from (f"takes {name}" for name in after if name not in before)
    yield from (f"no longer takes {name}" for name in before if name not in after)
    both = [name for name in after if name in before]
    yield from (f"needs {name} now" for name in both if after[name].required and not before[name].required)
    yield from _permitted(old.permissions or Permissions(), new.permissions or Permissions())
    if old.license != new.license:
        yield f"licence {new.license}, was {old.license}"
    for word, one, other in (("package", _packages(old), _packages(new)), ("address", _remotes(old), _remotes(new))):
        yield from (f"{word} {name} is new" for name in other if name not in one)
        yield from (f"{word} {name} is gone" for name in one if name not in other)


def _permitted(old: Permissions, new: Permissions) -> Iterator[str]:
    if old.network != new.network:
        yield f"network: {_words(new.network)}, was {_words(old.network)}"
    if old.filesystem != new.filesystem:
        yield f"files: {new.filesystem}, was {old.filesystem}"


def _words(network: str | tuple[str, ...]) -> str:
    return network if isinstance(network, str) else ", ".join(network)


def _packages(entry: Entry) -> list[str]:
    return [
        _without_tag(one.identifier) if one.registry_type == "oci" else one.identifier for one in entry.packages or ()
    ]


def _without_tag(image: str) -> str:
    """An image's name, in which its version is too."""
    name = image.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}"


def _remotes(entry: Entry) -> list[str]:
    return [one.url for one in entry.remotes or ()]
