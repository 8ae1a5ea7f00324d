"""What walks through all faults finds those who do not keep their promise."""

import pytest
from tests.faults.disk import Disk, Fault, Killed
from tests.faults.walk import Work, walk

from hub_launch.errors import HubError
from hub_launch.files import write_atomic


def old(folder):
    (folder / "file").write_text("old text")


def in_place(folder):
    (folder / "file").write_text("another text")


def silent(folder):
    try:
        write_atomic(folder / "file", b"new")
    except OSError:
        return


def vague(folder):
    try:
        write_atomic(folder / "file", b"new")
    except OSError as error:
        raise HubError("it did not work") from error


def raw(folder):
    write_atomic(folder / "file", b"new")


def littering(folder):
    (folder / "copy").write_text("")
    raw(folder)
    (folder / "copy").unlink()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (in_place, "neither the old nor the new one"),
        (silent, "nothing was said"),
        (vague, "does not say why"),
        (raw, "no message for people"),
        (littering, "copy was left behind"),
    ],
)
def test_a_broken_promise_is_found(act, said, tmp_path, monkeypatch):
    with pytest.raises(AssertionError, match=said):
        walk(Work(old, act, error=HubError if act in (vague, raw) else OSError), tmp_path / "disk", monkeypatch)


def test_every_step_of_a_file_that_is_replaced_is_disturbed(tmp_path, monkeypatch):
    # To make, to write and to rename: each denied, broken or the last; two of them on a full disk.
    assert walk(Work(old, raw, error=OSError), tmp_path / "disk", monkeypatch) == 3 * 3 + 2


@pytest.mark.parametrize("fault", [Fault.FULL, Fault.BROKEN, Fault.KILLED])
def test_of_what_was_being_written_a_part_is_there(fault, tmp_path, monkeypatch):
    disk = Disk(tmp_path, 2, fault)
    with pytest.raises((OSError, Killed)), disk(monkeypatch), (tmp_path / "file").open("wb", buffering=0) as file:
        file.write(b"123456")
    assert disk.operations == ["open file", "write file"]
    assert (tmp_path / "file").read_bytes() == b"123"
