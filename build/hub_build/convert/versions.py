"""Which of several versions of a server is the newest, by the official registry's rule."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_SEMVER = re.compile(
    r"v?(0|[1-9]\d{0,17})\.(0|[1-9]\d{0,17})\.(0|[1-9]\d{0,17})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?"
)


@dataclass(frozen=True, slots=True)
class Release:
    """What the rule looks at. published: as the registry states it; ISO 8601 in UTC sorts as text."""

    version: str
    published: str = ""
    deleted: bool = False
    latest: bool = False


def newest(releases: Sequence[Release]) -> int:
    """The position of the newest: as marked, or else by the rule. Deleted ones count only among themselves."""
    alive = [number for number, one in enumerate(releases) if not one.deleted] or list(range(len(releases)))
    marked = [number for number in alive if releases[number].latest]
    return max(marked if len(marked) == 1 else alive, key=lambda number: _weight(releases[number]))


def _weight(release: Release) -> tuple[Any, ...]:
    """Semver beats anything else; two others compare by the time they were published."""
    match = _SEMVER.fullmatch(release.version)
    if not match:
        return (0, release.published)
    numbers = tuple(int(part) for part in match.groups()[:3])
    return (1, numbers, _pre_release(match[4]), release.published)


def _pre_release(text: str | None) -> tuple[Any, ...]:
    if text is None:
        return (1,)
    return (0, *((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in text.split(".")))
