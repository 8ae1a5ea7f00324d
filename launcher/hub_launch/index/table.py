"""An accepted index as a table on disk: finding a server reads what it needs, not all rows.

Measured with 25,000 servers: reading and validating the document takes 320 ms and searching it 420 ms; here both
together take 10.
The table is derived and safe to delete. Only what was validated goes in, and it is named by the index's hash.
"""

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from hub_launch.catalog import Index, IndexRow, Lists, Profile
from hub_launch.errors import ExitCode, HubError
from hub_launch.index.contents import Hits
from hub_launch.index.search import EXACT_ID, WEIGHTS, exact_id, fields_of, words_of

# A table of another form is made anew.
FORM = 2

T = TypeVar("T")

_PROFILES = TypeAdapter(tuple[Profile, ...])

_TABLES = f"""
CREATE TABLE facts (form INTEGER, lists TEXT, profiles TEXT);
CREATE TABLE servers (number INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT, withdrawn INTEGER, row TEXT);
CREATE INDEX withdrawn ON servers (number) WHERE withdrawn;
CREATE INDEX names ON servers (name);
CREATE VIRTUAL TABLE words USING fts5
  ({", ".join(WEIGHTS)}, content='', detail=column, columnsize=0, tokenize='ascii');
"""  # the names of columns are ours


_ROWS = "SELECT row FROM servers"


def write_table(path: Path, index: Index) -> None:
    """Put `index` at `path` as a table, or leave what is there. Raises OSError or sqlite3.Error."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as table:
            _fill(table, index)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _fill(table: sqlite3.Connection, index: Index) -> None:
    # Whoever is interrupted leaves a temporary file that nobody reads: no journal is needed.
    table.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _TABLES)
    profiles = _PROFILES.dump_json(index.profiles).decode()
    table.execute("INSERT INTO facts VALUES (?, ?, ?)", (FORM, index.lists.model_dump_json(), profiles))
    table.executemany("INSERT INTO servers VALUES (?, ?, ?, ?, ?)", _servers(index))
    places = ", ".join("?" * (len(WEIGHTS) + 1))
    table.executemany(
        f"INSERT INTO words (rowid, {', '.join(WEIGHTS)}) VALUES ({places})",  # noqa: S608
        ((number, *(" ".join(words_of(text)) for text in fields_of(row))) for number, row in enumerate(index.servers)),
    )
    table.execute("COMMIT")


def _servers(index: Index) -> Iterator[tuple[int, str, str, bool, str]]:
    for number, row in enumerate(index.servers):
        yield number, row.id, row.name, row.status == "withdrawn", row.model_dump_json()


class Stored:
    """See Contents. Rows are validated when they are read, as those of a document are."""

    def __init__(self, path: Path) -> None:
        """Raises ValueError if there is no table of this form."""
        self._path = path
        try:
            with self._open() as table:
                form, lists, profiles = table.execute("SELECT form, lists, profiles FROM facts").fetchone()
            self.lists = Lists.model_validate_json(lists)
            self.profiles: Sequence[Profile] = _PROFILES.validate_json(profiles)
        except (sqlite3.Error, TypeError) as error:
            raise ValueError(f"{path} is no table of an index: {error}") from error
        if form != FORM:
            raise ValueError(f"{path} is a table of form {form}")

    @property
    def servers(self) -> Sequence[IndexRow]:
        """See Contents."""
        return self._read(lambda table: [_row(text) for (text,) in table.execute(f"{_ROWS} ORDER BY number")])

    @property
    def ids(self) -> Sequence[str]:
        """See Contents."""
        return self._read(lambda table: [id_ for (id_,) in table.execute("SELECT id FROM servers ORDER BY number")])

    def find(self, name: str) -> IndexRow | None:
        """See Contents."""

        def question(table: sqlite3.Connection) -> IndexRow | None:
            either = f"{_ROWS} WHERE id = :name OR name = :name ORDER BY number LIMIT 1"
            found = table.execute(either, {"name": name}).fetchone()
            return _row(found[0]) if found else None

        return self._read(question)

    def search(self, words: Sequence[str], limit: int | None = None) -> Hits:
        """See Contents."""
        wanted = [word for text in words for word in words_of(text)]

        def question(table: sqlite3.Connection) -> Hits:
            ranked = _ranked(table, wanted)
            return Hits(len(ranked), [_row_at(table, number) for number in ranked[:limit]])

        return self._read(question)

    def naming(self, sha256: str) -> Sequence[IndexRow]:
        """The rows with that hash, of whatever it is."""
        query = f"{_ROWS} WHERE instr(row, ?) ORDER BY number"
        return self._read(lambda table: [_row(text) for (text,) in table.execute(query, (sha256,))])

    def _read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with self._open() as table:
                return question(table)
        except (sqlite3.Error, ValueError, TypeError) as error:
            with contextlib.suppress(OSError):
                self._path.unlink()
            raise HubError(
                f"The cached index {self._path} is damaged, and was removed: {error}",
                "run the command again; it is made anew from what was downloaded",
                ExitCode.REGISTRY,
            ) from error

    def _open(self) -> contextlib.closing[sqlite3.Connection]:
        # For each question: it takes a tenth of a millisecond, and tools of an assistant are called in several threads.
        return contextlib.closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True))


def _ranked(table: sqlite3.Connection, wanted: Sequence[str]) -> list[int]:
    """Numbers of the servers that contain every word, best first."""
    if not wanted:
        return []
    best = [_matches(table, word) for word in wanted]
    gone = (number for (number,) in table.execute("SELECT number FROM servers WHERE withdrawn"))
    everywhere = set(best[0]).intersection(*best[1:]).difference(gone)
    scores = {number: sum(one[number] for one in best) for number in everywhere}
    exact = table.execute("SELECT number FROM servers WHERE id = ?", (exact_id(wanted),)).fetchone()
    if exact and exact[0] in scores:
        scores[exact[0]] += EXACT_ID
    # Numbers are in the order of ids.
    return sorted(scores, key=lambda number: (-scores[number], number))


def _matches(table: sqlite3.Connection, word: str) -> dict[int, int]:
    """Server -> weight of the best field with a word that begins so. Words are letters and digits alone."""
    found: dict[int, int] = {}
    for field, weight in sorted(WEIGHTS.items(), key=lambda pair: pair[1]):
        query = table.execute("SELECT rowid FROM words WHERE words MATCH ?", (f'{field}: "{word}"*',))
        found.update(dict.fromkeys((number for (number,) in query), weight))
    return found


def _row_at(table: sqlite3.Connection, number: int) -> IndexRow:
    return _row(table.execute(f"{_ROWS} WHERE number = ?", (number,)).fetchone()[0])


def _row(text: str) -> IndexRow:
    return IndexRow.model_validate_json(text)
