"""A registry's index: taken or refused with words, and searched alike as a document and as a table."""

import json
import sqlite3
from pathlib import Path

from tests.fuzz.pieces import folder

from hub_build.compile import compile_registry
from hub_build.samples import SAMPLES
from hub_launch.catalog import Entry, canonical_json
from hub_launch.errors import HubError
from hub_launch.index.contents import Listed, parse_index
from hub_launch.index.table import Stored, write_table
from hub_launch.judge.load import ENTRY, load_bytes
from hub_launch.judge.registry import Registry, Source


def compiled(*documents):
    loaded = [load_bytes(json.dumps(one).encode(), "x.yaml", ENTRY) for one in documents]
    sources = [Source(Path("x.yaml"), one, Entry.model_validate(one.document)) for one in loaded]
    index = compile_registry(Registry(tuple(sources))).index
    return canonical_json(index.model_dump(by_alias=True, exclude_none=True, mode="json"))


# Without those that need a description beside them.
PLAIN = [one for one in SAMPLES if "openapi" not in one]
SEEDS = [compiled(PLAIN[0]), compiled(*PLAIN), compiled(), b"[]", b'{"schemaVersion": 99}', b"{"]
MOST = 8192
WORDS = ["schemaVersion", "servers", "lists", "count", "null", "\\ud800", "withdrawn", "1e400"]


def check(data: bytes) -> None:
    try:
        index = parse_index(data, "https://registry.example.org")
    except HubError:
        return
    listed = Listed(index)
    path = folder() / "index.sqlite"
    path.unlink(missing_ok=True)
    words = [[], ["weather"], ['"a', "OR"], ["\u0130"]]
    found = [[row.id for row in listed.search(one).rows] for one in words]
    try:
        write_table(path, index)
        stored = Stored(path)
    except (OSError, sqlite3.Error, ValueError):
        return
    assert [[row.id for row in stored.search(one).rows] for one in words] == found
    assert list(stored.ids) == list(listed.ids)
