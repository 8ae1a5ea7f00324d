"""What the parts of a site were when they were known last, so that most need not be made and read to be compared.

As git's index does it: a file whose size, time of change and number on the disk are what they were has the content that
it had. Kept in the user's cache folder and not in the site, which is the same bytes on every machine; without it, and
where anything differs, files are made and read.
"""

import contextlib
import hashlib
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hub_build.cache import cache_folder
from hub_build.write.disk import Stat
from hub_build.write.manifest import MANIFEST
from hub_build.write.part import Part
from hub_build.write.table import STAT, Row, begin_look, end_look, read_table, table_pieces
from hub_launch.files import write_pieces_atomic

# Of a few sites that are built in turns; each has 25 MB for 10,000 servers.
MAX_FILES = 4

# Of some 400 servers. Below this looking is done before another process has started.
MIN_SHARED = 1_000_000

_PREFIX = "site-"
# Enough of a hash to tell the folders of a machine from one another.
_SHORT = 16


class Stamps:
    """The stamps of the site in one folder. What cannot be read is forgotten, and what cannot be kept is not."""

    def __init__(self, memory: Path, site: Path) -> None:
        self.site = site
        name = hashlib.sha256(os.fsencode(site.absolute())).hexdigest()[:_SHORT]
        self.path = memory / f"{_PREFIX}{name}.stamps"
        self._looking = self._begin()
        self._rows = read_table(str(self.path))
        self._gone: frozenset[str] | None = None
        self._taken: dict[str, Row] = {}

    def notes(self, name: str, digest: bytes) -> bytes | None:
        """The notes of the part called `name`, if it has that digest."""
        row = self._rows.get(name)
        return row.notes if row and row.digest == digest else None

    def held(self, part: Part) -> Sequence[str] | None:
        """The paths of `part`, if all its files are known to be on the disk as they should."""
        if self._looking:
            self._gone, self._looking = end_look(self._looking), None
        row = self._rows.get(part.name)
        if row is None or row.digest != part.digest:
            return None
        holds = row.holds(str(self.site)) if self._gone is None else part.name not in self._gone
        return row.paths if holds else None

    def take(self, part: Part, stats: Mapping[str, Stat]) -> None:
        """Remember that the files of `part` are on the disk, and how."""
        self._taken[part.name] = Row(
            part.digest, tuple(stats), b"".join([STAT.pack(*stat) for stat in stats.values()]), part.notes
        )

    def keep(self, names: Iterable[str]) -> None:
        """Write what is remembered of the parts `names`, if any of it is new."""
        if not self._taken:
            return
        # Of a file that changed in the moment in which the manifest was written, or after it, the time does not tell
        # whether it changed once more in that moment.
        limit = (self.site / MANIFEST).stat().st_mtime_ns
        self._rows |= {name: _certain(row, limit) for name, row in self._taken.items()}
        # On a full or read-only disk the next run takes longer, and that is all.
        with contextlib.suppress(OSError):
            rows = {name: self._rows[name] for name in names if name in self._rows}
            write_pieces_atomic(self.path, table_pieces(rows))
            _remove_oldest(self.path.parent)

    def close(self) -> None:
        """End the look, if nobody asked what came of it."""
        if self._looking:
            self._looking.kill()
            self._looking.communicate()

    def _begin(self) -> "subprocess.Popen[bytes] | None":
        with contextlib.suppress(OSError):
            if self.path.stat().st_size >= MIN_SHARED:
                return begin_look(str(self.path), str(self.site))
        return None


def default_stamps(site: Path) -> Stamps:
    """Those in cache_folder()."""
    return Stamps(cache_folder(), site)


def _certain(row: Row, limit: int) -> Row:
    sure = all(changed < limit for _, changed, _ in STAT.iter_unpack(row.stats))
    return row if sure else row._replace(stats=b"")


def _remove_oldest(folder: Path) -> None:
    files = sorted(folder.glob(f"{_PREFIX}*.stamps"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MAX_FILES:]:
        path.unlink(missing_ok=True)
