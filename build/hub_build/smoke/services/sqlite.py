"""SQLite: a file with three books in the server's own folder."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from hub_build.smoke.services.sample import ROWS, TABLE

_NAME = "books.db"


@contextmanager
def start(folder: Path) -> Iterator[Mapping[str, str]]:
    """See `service.Start`."""
    file = folder / _NAME
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(TABLE)
        database.execute(ROWS)
    yield {"file": str(file)}
