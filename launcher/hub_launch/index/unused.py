"""Which documents of registries in the cache nothing needs any more.

Each version of a server that was read has a file of its own, by its hash. What is current in an index that is kept, or
was agreed to, is needed for a start without a network; the rest goes when nobody has read it for long. Whoever misses
a document fetches it again, so that a removal that is interrupted, or meets a reader, does no harm.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from hub_launch.catalog import IndexRow
from hub_launch.files import mark_used, unused_since
from hub_launch.index.table import Stored

# In one registry: each is looked for in the whole index, which takes some milliseconds. Another time takes the rest.
MOST_AT_ONCE = 1_000


def unused_documents(cache_dir: Path, locked: Collection[str], before: float) -> Iterator[Path]:
    """Those that were last read before that moment, in seconds since 1970, and can go.

    locked: hashes of the documents that were agreed to.
    """
    for documents in (cache_dir / "registries").glob("*/documents"):
        old = unused_since(documents, before)[:MOST_AT_ONCE]
        if old:
            yield from _needless(_tables(documents.parent), locked, old)


def _tables(registry: Path) -> Sequence[Stored] | None:
    """The indexes that are kept; None if one of them cannot be read."""
    try:
        return [Stored(path) for path in registry.glob("*.sqlite")]
    except ValueError:
        return None


def _needless(tables: Sequence[Stored] | None, locked: Collection[str], paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        sha256 = path.stem
        rows = [row for table in tables or () for row in table.naming(sha256)]
        if tables is None or sha256 in locked or any(_needs(row, sha256, locked) for row in rows):
            # Not to be looked at again tomorrow, in the place of others.
            mark_used(path)
        else:
            yield path


def _needs(row: IndexRow, sha256: str, locked: Collection[str]) -> bool:
    """Whether that is of the server's current version, or belongs to an earlier one that was agreed to."""
    earlier = [sha for one in row.versions if one.sha256 in locked for sha in one.specs]
    return sha256 in (row.sha256, row.recorded, *row.specs, *earlier)
