import os
import time

import pytest

from hub_launch.catalog import Index, sha256_hex
from hub_launch.index.cache import Cache
from hub_launch.index.fetch import WebHost
from hub_launch.index.kept import UnsignedSource
from hub_launch.index.registry import Registry
from hub_launch.index.table import write_table
from hub_launch.index.unused import unused_documents

DAY = 24 * 3600


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def read(web, built, entry, cache):
    """Has a registry serve that version of `time`, and reads it as a start does. Returns the document's file."""

    def start(version):
        web.serve(built([entry("time", version=version)]))
        url = web.url.rstrip("/")
        registry = Registry(UnsignedSource(url, lambda: WebHost(url), Cache(cache, url)))
        row = registry.resolve("time")
        registry.entry(row)
        return Cache(cache, url).document_path(row.sha256)

    return start


def age(path, days):
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def unused(cache, locked=()):
    return set(unused_documents(cache, locked, time.time() - 90 * DAY))


def test_a_version_that_is_no_longer_published_nor_used_goes(read, cache):
    old, new = read("1.0.0"), read("2.0.0")
    for path in (old, new):
        age(path, 91)
    # The index before, which another launcher may be reading, still names the old one.
    assert unused(cache) == set()
    newest = read("3.0.0")
    age(old, 91)
    assert unused(cache) == {old}
    assert newest.exists()


def test_what_was_used_lately_stays(read, cache):
    old = read("1.0.0")
    read("2.0.0"), read("3.0.0")
    age(old, 89)
    assert unused(cache) == set()


def test_reading_a_document_is_using_it(read, cache):
    path = read("1.0.0")
    age(path, 91)
    assert read("1.0.0") == path
    assert path.stat().st_mtime > time.time() - DAY


def test_what_was_agreed_to_stays_and_is_not_looked_at_again_each_day(read, cache):
    old = read("1.0.0")
    read("2.0.0"), read("3.0.0")
    age(old, 91)
    assert unused(cache, {old.stem}) == set()
    assert old.stat().st_mtime > time.time() - DAY


def test_a_description_of_an_api_stays_with_the_version_that_was_agreed_to(rows, entry, cache):
    spec, agreed = sha256_hex(b"spec"), sha256_hex(b"entry")
    (row,) = rows([entry("time")])
    row["versions"] = [{"version": "0.1.0", "sha256": agreed, "specs": [spec]}]
    registry = cache / "registries" / "0123456789abcdef"
    (registry / "documents").mkdir(parents=True)
    document = registry / "documents" / f"{spec}.json"
    document.write_bytes(b"spec")
    index = Index.model_validate({"schemaVersion": 1, "title": "T", "count": 1, "servers": [row]})
    write_table(registry / f"{sha256_hex(b'index')}.sqlite", index)
    age(document, 91)
    assert unused(cache) == {document}
    assert unused(cache, {agreed}) == set()


def test_nothing_goes_while_it_is_not_known_what_an_index_names(read, cache):
    old = read("1.0.0")
    read("2.0.0"), read("3.0.0")
    age(old, 91)
    (old.parents[1] / "0.sqlite").write_bytes(b"no table")
    assert unused(cache) == set()


def test_what_a_crash_left_half_written_goes(read, cache):
    left = read("1.0.0").with_name(".half.json.abcdef")
    left.write_bytes(b"{")
    assert unused(cache) == set()
    age(left, 91)
    assert unused(cache) == {left}


def test_without_a_cache_there_is_nothing(tmp_path):
    assert unused(tmp_path / "none") == set()
