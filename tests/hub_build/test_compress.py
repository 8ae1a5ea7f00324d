import gzip
import sys

import brotli
import pytest
import zstandard

from hub_build.compress import MIN_BYTES, with_copies
from hub_launch.errors import HubError

LARGE = b'{"name": "weather"}, ' * MIN_BYTES


def test_large_files_have_copies_that_say_the_same():
    made = with_copies({"list.json": LARGE})
    assert list(made) == ["list.json", "list.json.br", "list.json.gz", "list.json.zst"]
    assert gzip.decompress(made["list.json.gz"]) == LARGE
    assert brotli.decompress(made["list.json.br"]) == LARGE
    assert zstandard.decompress(made["list.json.zst"]) == LARGE


def test_small_files_and_those_that_do_not_shrink_have_none():
    noise = gzip.compress(bytes(range(256)) * 4096, mtime=0) + bytes(hash((n, 7)) & 255 for n in range(MIN_BYTES * 2))
    files = {"small.json": LARGE[: MIN_BYTES - 1], "photo.webp": brotli.compress(noise)}
    assert with_copies(files) == files


def test_two_runs_make_the_same_bytes_and_no_name_or_time_is_in_them():
    first, again = with_copies({"a.json": LARGE}), with_copies({"b/c.json": LARGE})
    assert list(first.values()) == list(again.values())
    assert first["a.json.gz"][3:8] == bytes(5)


def test_the_same_bytes_are_compressed_once():
    made = with_copies({"v0/list": LARGE, "v0.1/list": LARGE})
    assert made["v0/list.br"] is made["v0.1/list.br"]


def test_a_file_that_is_called_like_a_copy_is_not_overwritten():
    with pytest.raises(HubError, match=r"1\.0\.0\.gz is a file of the site and the compressed copy of another"):
        with_copies({"1.0.0": LARGE, "1.0.0.gz": b""})


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "brotli", None)
    with pytest.raises(HubError, match="brotli") as caught:
        with_copies({})
    assert "pip install brotli zstandard" in caught.value.hint
