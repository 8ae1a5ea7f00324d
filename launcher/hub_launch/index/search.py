"""Finding servers by words."""

import re
from collections.abc import Iterable, Sequence

from hub_launch.catalog import IndexRow

_WORD = re.compile(r"[a-z0-9]+")

# Where a word is found says how well it fits: what a server is called beats what is said about it.
WEIGHTS = {"name": 8, "title": 6, "tags": 4, "description": 2}
EXACT_ID = 16


def search(rows: Iterable[IndexRow], words: Sequence[str]) -> list[IndexRow]:
    """The rows that contain every word, best first; ties by id.

    A word matches the beginning of a word in the id, title, tags, categories, name or description, without case.
    """
    wanted = [word for text in words for word in words_of(text)]
    if not wanted:
        return []
    scored = ((_score(row, wanted), row) for row in rows)
    return [row for score, row in sorted(scored, key=lambda pair: (-pair[0], pair[1].id)) if score]


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, letters and digits."""
    return _WORD.findall(text.lower())


def fields_of(row: IndexRow) -> tuple[str, ...]:
    """The texts that are searched, in the order of WEIGHTS."""
    return (
        # Nearly every name is of this namespace: whoever looks for git does not mean all of them.
        f"{row.id} {row.name.removeprefix('io.github.')}",
        row.title,
        " ".join((*row.tags, *row.categories)),
        row.description,
    )


def exact_id(wanted: Sequence[str]) -> str:
    """The id that somebody who types these words may mean."""
    return "-".join(wanted)


def _score(row: IndexRow, wanted: Sequence[str]) -> int:
    """How well the row fits; 0 when one of the words is nowhere in it."""
    words = [(weight, words_of(text)) for weight, text in zip(WEIGHTS.values(), fields_of(row), strict=True)]
    total = 0
    for want in wanted:
        best = max((weight for weight, found in words if any(w.startswith(want) for w in found)), default=0)
        if not best:
            return 0
        total += best
    return total + (EXACT_ID if row.id == exact_id(wanted) else 0)
