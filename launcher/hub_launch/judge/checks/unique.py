"""No two servers whose names a person, or a file system, could take for one another."""

from collections import defaultdict
from collections.abc import Iterator

from hub_launch.judge.checks.parts import plain
from hub_launch.judge.findings import Finding, quoted
from hub_launch.judge.registry import Registry, Source


def check(registry: Registry) -> Iterator[Finding]:
    """Ids and names differ in more than case, `-` and `_`. Every file of a clash gets the finding."""
    for key in ("id", "name"):
        for alike in _groups(registry.sources, key):
            for source in alike:
                yield _clash(source, key, next(other for other in alike if other is not source))


def _groups(sources: tuple[Source, ...], key: str) -> list[list[Source]]:
    groups: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        text = source.text(key)
        if text:
            groups[plain(text)].append(source)
    return [group for group in groups.values() if len(group) > 1]


def _clash(source: Source, key: str, other: Source) -> Finding:
    mine, theirs = source.text(key), other.text(key)
    same = "is also that" if mine == theirs else f"differs from {quoted(theirs)} by case, `-` and `_` alone, the {key}"
    message = f"`{key}`: {quoted(mine)} {same} of {other.file}"
    return source.finding((key,), "unique", message, "choose another")
