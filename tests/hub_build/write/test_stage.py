import errno
import os
from pathlib import Path

import pytest

from hub_build.write import compare, disk, stage, write_site
from hub_build.write import site as site_module
from hub_launch.errors import HubError

SAME = {"v0/servers/a": b"envelope", "v0.1/servers/a": b"envelope", "entries/a/1.json": b"document"}


@pytest.fixture
def site(tmp_path):
    return tmp_path / "site"


def content(site, paths):
    return {path: (site / path).read_bytes() for path in paths}


def test_equal_bytes_are_one_file_on_the_disk(site):
    write_site(site, SAME)
    assert (site / "v0/servers/a").samefile(site / "v0.1/servers/a")
    assert not (site / "v0/servers/a").samefile(site / "entries/a/1.json")


@pytest.fixture
def shared(monkeypatch):
    """Even the smallest site is written by several threads."""
    monkeypatch.setattr(stage, "MIN_SHARED", 1)
    monkeypatch.setattr(stage, "BATCH", 3)


MANY = {f"v{tree}/{number % 7}/{number}": b"%d" % (number // 2) for number in range(100) for tree in range(3)}


def test_several_threads_write_the_same_site(site, shared):
    write_site(site, MANY)
    assert content(site, MANY) == MANY
    assert len({(site / path).stat().st_ino for path in MANY}) == len(set(MANY.values()))
    assert compare(site, MANY).current


def test_a_site_that_is_too_large_for_memory_is_written_in_batches(site, monkeypatch):
    monkeypatch.setattr(site_module, "MAX_HELD", 7)
    write_site(site, MANY)
    assert content(site, MANY) == MANY
    assert compare(site, MANY).current


def test_when_one_of_several_threads_fails_nothing_is_left(site, shared, monkeypatch):
    real = disk.write

    def write(path, data):
        if data == b"30":
            raise OSError(errno.ENOSPC, "No space left on device", path)
        return real(path, data)

    monkeypatch.setattr(disk, "write", write)
    with pytest.raises(HubError, match="No space left"):
        write_site(site, MANY)
    assert not site.exists()


def test_what_changes_in_one_place_stays_in_the_others(site):
    write_site(site, SAME)
    write_site(site, SAME | {"v0/servers/a": b"new"})
    assert content(site, SAME) == SAME | {"v0/servers/a": b"new"}


def test_where_the_disk_knows_no_links_there_are_copies(site, monkeypatch):
    def link(source, target):
        raise PermissionError(1, "Operation not permitted", source, None, target)

    monkeypatch.setattr(os, "link", link)
    write_site(site, SAME)
    assert content(site, SAME) == SAME
    assert not (site / "v0/servers/a").samefile(site / "v0.1/servers/a")


def test_a_file_with_as_many_names_as_it_may_have_is_followed_by_a_second(site, monkeypatch):
    real = os.link

    def link(source, target):
        if Path(source).stat().st_nlink == 2:
            raise OSError(31, "Too many links", source, None, target)
        real(source, target)

    monkeypatch.setattr(os, "link", link)
    files = {f"badges/{number}.json": b"badge" for number in range(5)}
    write_site(site, files)
    assert content(site, files) == files
    assert len({(site / path).stat().st_ino for path in files}) == 3


def test_a_folder_of_others_in_the_place_of_the_stage_stays(site):
    (site / ".hub-build.new").mkdir(parents=True)
    (site / ".hub-build.new/notes.txt").write_bytes(b"notes")
    with pytest.raises(Exception, match="File exists"):
        write_site(site, SAME)
    assert (site / ".hub-build.new/notes.txt").read_bytes() == b"notes"
