"""The lists name servers that are there, and lead nobody in a circle."""

from collections.abc import Iterator, Mapping

from hub_launch.catalog import RESERVED_IDS, Lists
from hub_launch.judge.checks.schema import violations
from hub_launch.judge.contract import lists_schema
from hub_launch.judge.findings import Finding, Pointer, quoted
from hub_launch.judge.load import Loaded
from hub_launch.judge.registry import Registry


def check(registry: Registry) -> Iterator[Finding]:
    """`lists.yaml` keeps to its schema; every other name leads to a server, and hides none."""
    file = registry.lists
    yield from file.unreadable
    if file.loaded is None:
        return
    yield from file.loaded.findings
    if file.errors is not None:
        yield from violations(file.loaded, file.errors, lists_schema())
        return
    # An entry that could not be read may well be the one that is meant.
    ids = None if registry.unreadable else {source.text("id") for source in registry.sources}
    yield from _names(file.loaded, file.lists, ids)
    known = {(one.text("id"), one.text("version")) for one in (*registry.sources, *registry.versions)}
    yield from _versions(file.loaded, file.lists, ids, known)


def _names(loaded: Loaded, lists: Lists, ids: set[str] | None) -> Iterator[Finding]:
    others: dict[str, Mapping[str, str]] = {"aliases": lists.aliases, "renamed": lists.renamed}
    for kind, names in others.items():
        for name, target in names.items():
            place: Pointer = (kind, name)
            if ids is not None and target not in ids:
                message = f"`{kind}`: {quoted(name)} leads to {quoted(target)}, which is no server"
                yield loaded.finding(place, "list-target", message, "name the id of a server, not another alias")
            if ids is not None and name in ids:
                message = f"`{kind}`: {quoted(name)} is the id of a server"
                yield loaded.finding(place, "list-name", message, "choose a name that no server has", key=True)
            if name in RESERVED_IDS:
                message = f"`{kind}`: {quoted(name)} is a word that the launcher keeps for itself"
                yield loaded.finding(place, "list-name", message, "choose another", key=True)
    for name in sorted(others["aliases"].keys() & others["renamed"].keys()):
        message = f"{quoted(name)} is in `aliases` and in `renamed`"
        yield loaded.finding(("renamed", name), "list-name", message, "keep one of the two", key=True)


def _versions(loaded: Loaded, lists: Lists, ids: set[str] | None, known: set[tuple[str, str]]) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(lists.yanked):
        if ids is not None and one.id not in ids:
            message = f"`yanked`: {quoted(one.id)} is no server"
            yield loaded.finding(("yanked", number, "id"), "list-target", message, "name the id of a server")
        elif ids is not None and (one.id, one.version) not in known:
            message = f"`yanked`: {quoted(one.id)} has no version {quoted(one.version)}"
            yield loaded.finding(("yanked", number, "version"), "list-target", message, "name a version it has or had")
        if (one.id, one.version) in seen:
            message = f"`yanked`: {quoted(one.id)} {quoted(one.version)} is there already"
            yield loaded.finding(("yanked", number), "list-twice", message, "keep one of the two")
        seen.add((one.id, one.version))
    withdrawn: set[str] = set()
    for number, gone in enumerate(lists.withdrawn):
        if gone.id in withdrawn:
            message = f"`withdrawn`: {quoted(gone.id)} is there already"
            yield loaded.finding(("withdrawn", number), "list-twice", message, "keep one of the two")
        withdrawn.add(gone.id)
