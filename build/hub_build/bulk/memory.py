"""What became of files that were judged before: in the user's cache folder, a file for each version of the rules.

There and not in the checkout, so that a pull request cannot bring a memory that calls its entries good; and JSON, so
that reading it runs nothing. Whose rules differ, such as another checkout's, has a file of its own.

What became of an entry is a line, its key and JSON. A line is read when it is asked for, and written again as it was.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hub_build.bulk.documents import Documents, Place
from hub_build.bulk.entry import Judged
from hub_build.bulk.rules import rules_version
from hub_build.cache import cache_folder
from hub_launch.files import write_atomic
from hub_launch.judge.draft import Draft
from hub_launch.judge.findings import Finding, Verdict
from hub_launch.judge.registry import COMPARED, Facts

# Three times the entries that we design for: more than that are those of registries that nobody checks any more.
MAX_ROWS = 300_000

# Of a few branches that are worked on at once; each has 3 MB for 10,000 entries, and 15 MB for their documents.
MAX_FILES = 4

_PREFIX = "checks-"
_DOCUMENTS = ".documents"
# Enough of a hash to tell versions of the rules from one another; all of it stands in the file.
_SHORT = 16

_FIELDS = ("line", "column", "pointer", "severity", "rule", "message", "hint")

# What facts do not have of a draft, in its order.
_OF_DRAFT = ("title", "description", "published", "status", "kinds", "categories", "tags")

Row = list[Any]


class Memory:
    """The memory in one folder. What cannot be read is forgotten, and what cannot be written is not remembered."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{_PREFIX}{rules_version()[:_SHORT]}.json"
        self._rows = _read(self.path)
        self._documents = Documents(self.path.with_suffix(_DOCUMENTS))

    def __bool__(self) -> bool:
        """Whether anything is remembered."""
        return bool(self._rows)

    def get(self, key: str) -> Judged | None:
        """What became of the file with that key, if it was judged by these rules."""
        row = self._rows.get(key)
        return _judged(key, json.loads(row), self._documents) if row is not None else None

    def remember(self, judged: Iterable[Judged]) -> None:
        """Keep `judged`, before all that is there."""
        new = [one for one in judged if one.key]
        if new:
            rows = zip((one.key for one in new), map(_line, new, self._places(new)), strict=True)
            self._rows = dict([*rows, *self._rows.items()][:MAX_ROWS])
            # On a full or read-only disk the next run takes longer, and that is all.
            with contextlib.suppress(OSError):
                _write(self.path, self._rows)
                _remove_oldest(self.path.parent)

    def _places(self, judged: Sequence[Judged]) -> list[Place | None]:
        """Where the documents of `judged` are from now on; None for what has none, or where there is no place."""
        try:
            places = iter(self._documents.add(one.draft.data for one in judged if one.draft))
        except OSError:
            return [None] * len(judged)
        return [next(places) if one.draft else None for one in judged]


def default_memory() -> Memory:
    """The one in cache_folder()."""
    return Memory(cache_folder())


def _read(path: Path) -> Mapping[str, str]:
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    # The hash tells a whole file from one that a full disk, or a hand, changed.
    if head != _head(body):
        return {}
    lines = body.decode("utf-8", "surrogatepass").split("\n")
    return dict(line.split(" ", 1) for line in lines)


def _write(path: Path, rows: Mapping[str, str]) -> None:
    body = "\n".join(map(" ".join, rows.items())).encode("utf-8", "surrogatepass")
    write_atomic(path, _head(body) + b"\n" + body)


def _remove_oldest(folder: Path) -> None:
    files = sorted(folder.glob(f"{_PREFIX}*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MAX_FILES:]:
        path.unlink(missing_ok=True)
        path.with_suffix(_DOCUMENTS).unlink(missing_ok=True)


def _head(body: bytes) -> bytes:
    return f"{rules_version()} {hashlib.sha256(body).hexdigest()}".encode()


def _line(judged: Judged, place: Place | None) -> str:
    # JSON has no line end that is not escaped.
    return json.dumps(_row(judged, place), separators=(",", ":"), ensure_ascii=False)


def _row(judged: Judged, place: Place | None) -> Row:
    facts, draft = judged.facts, judged.draft
    told = [[getattr(finding, field) for field in _FIELDS] for finding in judged.findings]
    if facts is None:
        return [told]
    fields = [getattr(draft, field) for field in _OF_DRAFT] if place else None
    return [told, facts.texts, facts.remotes, facts.spec, facts.spec_sha256, facts.api, place, fields]


def _judged(key: str, row: Row, documents: Documents) -> Judged:
    findings = tuple(_finding(dict(zip(_FIELDS, one, strict=True))) for one in row[0])
    if len(row) == 1:
        return Judged(key, None, findings)
    _, texts, remotes, spec, sha256, api, place, fields = row
    data = documents.get(place) if place else None
    draft = _draft(texts, spec, data, place[2], *fields) if data is not None else None
    return Judged(key, Facts(texts, tuple(map(tuple, remotes)), spec, sha256, api), findings, draft)


def _draft(texts: Mapping[str, Any], spec: str, data: bytes, sha256: str, *fields: Any) -> Draft:
    id_, name, version = (texts[key][0] for key in COMPARED)
    title, description, published, status, *lists = fields
    kinds, categories, tags = map(tuple, lists)
    return Draft(id_, name, title, description, version, published, status, kinds, categories, tags, spec, data, sha256)


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(**told | {"file": "", "severity": Verdict(told["severity"])})
