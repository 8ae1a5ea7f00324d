import errno
import stat
from pathlib import Path

import pytest
from tests.faults.disk import Disk, Fault

from hub_launch.files import read_bounded, rewrite, write_atomic


def test_a_file_is_written_with_the_folders_it_needs(tmp_path):
    write_atomic(tmp_path / "a" / "b" / "file", b"data")
    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"data"


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a longer old text")
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(self, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(path, b"new")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("file", b"old")]


def test_what_a_user_wrote_keeps_its_mode_and_its_place(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    rewrite(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o640


def test_what_was_not_there_is_for_whom_new_files_are(tmp_path):
    (tmp_path / "usual").touch()
    rewrite(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_what_a_user_wrote_is_on_the_disk_before_the_old_one_goes(tmp_path, monkeypatch):
    disk = Disk(tmp_path, 100, Fault.BROKEN)
    with disk(monkeypatch):
        rewrite(tmp_path / "file", b"new")
    assert [one.split()[0] for one in disk.operations] == ["open", "write", "fsync", "chmod", "replace"]


def test_a_file_of_exactly_the_limit_is_read(tmp_path):
    (tmp_path / "file").write_bytes(b"12345")
    assert read_bounded(tmp_path / "file", 5) == b"12345"


def test_a_file_over_the_limit_is_refused_without_reading_all_of_it(tmp_path):
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ValueError, match="larger than 1,000 bytes"):
        read_bounded(tmp_path / "sparse", 1000)
