"""Finding servers by words."""

import re
from collections.abc import Iterable, Sequence

from hub_launch.catalog import IndexRow

_WORD = re.compile(r"[a-z0-9]+")

# Where a word is found says how well it fits: what a server is called beats what is said about it.
_EXACT_ID, _ID, _TITLE, _TAG, _DESCRIPTION = 16, 8, 6, 4, 2


def search(rows: Iterable[IndexRow], words: Sequence[str]) -> list[IndexRow]:
    """The rows that contain every word, best first; ties by id.

    A word matches the beginning of a word in the id, title, tags, categories, name or description, without case.
    """
    wanted = [word for text in words for word in _WORD.findall(text.lower())]
    if not wanted:
        return []
    scored = ((_score(row, wanted), row) for row in rows)
    return [row for score, row in sorted(scored, key=lambda pair: (-pair[0], pair[1].id)) if score]


def _score(row: IndexRow, wanted: Sequence[str]) -> int:
    """How well the row fits; 0 when one of the words is nowhere in it."""
    fields = (
        # Nearly every name is of this namespace: whoever looks for git does not mean all of them.
        (_ID, f"{row.id} {row.name.removeprefix('io.github.')}"),
        (_TITLE, row.title),
        (_TAG, " ".join((*row.tags, *row.categories))),
        (_DESCRIPTION, row.description),
    )
    words = [(weight, _WORD.findall(text.lower())) for weight, text in fields]
    total = 0
    for want in wanted:
        best = max((weight for weight, found in words if any(w.startswith(want) for w in found)), default=0)
        if not best:
            return 0
        total += best
    return total + (_EXACT_ID if row.id == "-".join(wanted) else 0)
