"""Earlier versions: each in its place, of a server that is there, and older than its current version."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from hub_launch.catalog import Lists
from hub_launch.judge.checks import schema
from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.precedence import is_newer
from hub_launch.judge.registry import Registry, Source

EXTENSION = ".yaml"


def check(registry: Registry) -> Iterator[Finding]:
    """`versions/<id>/<version>.yaml` keeps to the schema, is what its path says, and is older than `servers/<id>`.

    Rules that came later are not asked of it: what is published stays as it is.
    """
    for stray in registry.stray_versions:
        name = quoted(PurePosixPath(stray).name)
        message = f"{name} is no version: versions/ has `<id>/<version>{EXTENSION}` files alone"
        yield Finding(stray, 1, None, "", Verdict.FAIL, "version-file", message, "move or remove it")
    # Of a large registry this takes long, and many have no earlier versions.
    current = {source.path.stem: source for source in registry.sources} if registry.versions else {}
    seen: dict[tuple[str, str], Source] = {}
    for source in registry.versions:
        yield from source.loaded.findings
        yield from schema.check(source)
        yield from _place(source)
        yield from _age(source, current, registry)
        yield from _twin(source, seen)
        yield from _description(source)


def _place(source: Source) -> Iterator[Finding]:
    id_, version, folder = source.text("id"), source.text("version"), source.path.parent.name
    if id_ and id_ != folder:
        message = f"`id`: {quoted(id_)} is not the name of the folder, {quoted(folder)}"
        yield source.finding(("id",), "version-file", message, f"write `id: {folder}`, or move the file")
    if version and f"{version}{EXTENSION}" != source.path.name:
        message = f"`version`: {quoted(version)} is not the name of the file, {quoted(source.path.name)}"
        yield source.finding(("version",), "version-file", message, f"rename it to {version}{EXTENSION}")


def _age(source: Source, current: Mapping[str, Source], registry: Registry) -> Iterator[Finding]:
    now, then = current.get(source.path.parent.name), source.entry
    if now is None:
        if not registry.unreadable:
            message = f"{quoted(source.path.parent.name)} is no server, and this is a version of it"
            hint = "restore registry/servers/<id>.yaml; to take a server back, list it in `withdrawn` of lists.yaml"
            yield source.loaded.finding((), "version-server", message, hint)
        return
    if then is None or now.entry is None:
        return
    if then.name != now.entry.name:
        message = f"`name`: {quoted(then.name)} was {quoted(now.entry.name)}'s name"
        hint = "a server keeps its name; publish under a new id, and list the old one in `renamed` of lists.yaml"
        yield source.finding(("name",), "version-name", message, hint)
    if then.version == now.entry.version:
        message = f"`version`: {quoted(then.version)} is the current version of {now.file}"
        yield source.finding(("version",), "version-twice", message, "keep one of the two files")
    elif not _yanked(source, registry.lists.lists) and is_newer(
        then.version, then.published, now.entry.version, now.entry.published
    ):
        message = f"`version`: {quoted(then.version)} is newer than the current {quoted(now.entry.version)}"
        hint = "clients take the newest version; publish a later one, or list this one in `yanked` of lists.yaml"
        yield source.finding(("version",), "version-order", message, hint)


def _yanked(source: Source, lists: Lists) -> bool:
    return lists.yanking(source.text("id"), source.text("version")) is not None


def _twin(source: Source, seen: dict[tuple[str, str], Source]) -> Iterator[Finding]:
    """Compared without case: the site may be copied to a disk that knows none."""
    key = source.path.parent.name.lower(), source.path.name.lower()
    twin = seen.setdefault(key, source)
    if twin is not source:
        message = f"{quoted(source.path.name)} differs from {twin.file} by case alone"
        yield source.loaded.finding((), "version-twice", message, "keep one of the two")


def _description(source: Source) -> Iterator[Finding]:
    openapi = source.entry.openapi if source.entry else None
    if openapi and openapi.file and openapi.sha256 is None:
        message = f"`openapi.sha256` is missing, so that {quoted(openapi.file)} could change under this version"
        hint = "add the hash that `hub-build site` published with this version"
        yield source.loaded.finding(("openapi", "file"), "version-spec", message, hint)
