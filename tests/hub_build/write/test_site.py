import errno
import json
from pathlib import Path

import pytest

from hub_build.write import MANIFEST, Part, compare, disk, stage, write_site
from hub_launch.errors import HubError

OLD = {"index.json": b"old", "entries/a/1.json": b"a1", "v0/servers/a": b"a"}
NEW = {"index.json": b"new", "entries/a/2.json": b"a2", "v0/servers/a": b"a", "v0/servers/b": b"b"}


@pytest.fixture
def site(tmp_path):
    return tmp_path / "site"


def content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_the_folder_holds_what_was_given(site):
    changes = write_site(site, OLD)
    assert content(site) == OLD
    assert set(changes.changed) == set(OLD)


def test_only_what_changed_is_written(site, monkeypatch):
    write_site(site, OLD)
    before = (site / "v0/servers/a").stat()
    changes = write_site(site, NEW)
    assert content(site) == NEW
    assert changes.changed == ("entries/a/2.json", "index.json", "v0/servers/b")
    assert changes.stale == ("entries/a/1.json",)
    assert (site / "v0/servers/a").stat() == before


def test_an_unchanged_site_is_not_touched(site):
    write_site(site, OLD)
    before = (site / MANIFEST).stat()
    assert write_site(site, OLD).current
    assert (site / MANIFEST).stat() == before


def test_what_is_stale_goes_with_the_folders_that_it_leaves_empty(site):
    write_site(site, OLD)
    write_site(site, {"index.json": b"new"})
    assert content(site) == {"index.json": b"new"}
    assert [path for path in site.iterdir() if path.is_dir()] == []


def test_files_of_others_stay(site):
    (site / "docs").mkdir(parents=True)
    (site / "docs/page.html").write_bytes(b"page")
    (site / "v0").mkdir()
    (site / "v0/notes.txt").write_bytes(b"notes")
    write_site(site, OLD)
    write_site(site, {"index.json": b"new"})
    assert content(site) == {"index.json": b"new", "docs/page.html": b"page", "v0/notes.txt": b"notes"}


def test_a_file_of_others_in_our_place_is_never_overwritten(site):
    site.mkdir()
    (site / "index.json").write_bytes(b"somebody else's")
    with pytest.raises(HubError, match=r"did not write: `index\.json`") as caught:
        write_site(site, OLD)
    assert caught.value.hint
    assert content(site) == {"index.json": b"somebody else's"}


def test_a_file_of_others_that_is_just_what_we_would_write_is_taken_over(site):
    site.mkdir()
    (site / "index.json").write_bytes(OLD["index.json"])
    write_site(site, OLD)
    write_site(site, NEW)
    assert content(site) == NEW


def test_comparing_writes_nothing(site):
    assert not compare(site, OLD).current
    assert not site.exists()
    write_site(site, OLD)
    assert compare(site, OLD).current
    changes = compare(site, NEW)
    assert changes.changed == ("entries/a/2.json", "index.json", "v0/servers/b")
    assert changes.stale == ("entries/a/1.json",)
    assert content(site) == OLD


def test_a_file_that_was_changed_or_removed_by_hand_is_noticed_and_mended(site):
    write_site(site, OLD)
    (site / "index.json").write_bytes(b"OLD")
    (site / "v0/servers/a").unlink()
    assert compare(site, OLD).changed == ("index.json", "v0/servers/a")
    write_site(site, OLD)
    assert content(site) == OLD


@pytest.fixture
def full_disk(monkeypatch):
    """The disk is full after so many files."""

    def after(files):
        real, left = disk.write, [files]

        def write(path, data):
            left[0] -= 1
            if left[0] < 0:
                real(path, data[: len(data) // 2])
                raise OSError(errno.ENOSPC, "No space left on device", path)
            return real(path, data)

        monkeypatch.setattr(disk, "write", write)

    return after


@pytest.mark.parametrize("files", range(4))
def test_a_failure_half_way_leaves_the_old_site(site, full_disk, files, monkeypatch):
    write_site(site, OLD)
    full_disk(files)
    with pytest.raises(HubError, match="No space left on device") as caught:
        write_site(site, NEW)
    assert "still whole" in caught.value.hint
    assert content(site) == OLD
    monkeypatch.undo()
    write_site(site, NEW)
    assert content(site) == NEW


@pytest.mark.parametrize("files", range(4))
def test_a_failure_of_the_first_build_leaves_nothing(site, full_disk, files):
    full_disk(files)
    with pytest.raises(HubError):
        write_site(site, OLD)
    assert not site.exists()


class Killed(BaseException):
    """As if the process had ended there."""


@pytest.mark.parametrize("moves", range(4))
def test_a_run_that_was_killed_is_finished_by_the_next(site, monkeypatch, moves):
    write_site(site, OLD)
    real, left = disk.move, [moves]

    def move(source, target):
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return real(source, target)

    monkeypatch.setattr(disk, "move", move)
    # A process that is killed cleans up nothing.
    monkeypatch.setattr(stage, "drop_stage", lambda folder: None)
    with pytest.raises(Killed):
        write_site(site, NEW)
    assert (site / "index.json").read_bytes() == b"old"
    assert (site / "entries/a/1.json").exists()
    monkeypatch.undo()
    write_site(site, NEW)
    assert content(site) == NEW


@pytest.mark.parametrize("files", range(4))
def test_a_run_that_was_killed_while_it_wrote_is_finished_by_the_next(site, monkeypatch, files):
    write_site(site, OLD)
    real, left = disk.write, [files]

    def write(path, data):
        left[0] -= 1
        if left[0] < 0:
            real(path, data[: len(data) // 2])
            raise Killed
        return real(path, data)

    monkeypatch.setattr(disk, "write", write)
    monkeypatch.setattr(stage, "drop_stage", lambda folder: None)
    with pytest.raises(Killed):
        write_site(site, NEW)
    assert (site / "index.json").read_bytes() == b"old"
    monkeypatch.undo()
    (site / f"{MANIFEST}.new").write_bytes(b"half")
    write_site(site, NEW)
    assert content(site) == NEW


def test_a_killed_run_that_is_followed_by_the_old_content_leaves_nothing_behind(site, monkeypatch):
    write_site(site, OLD)
    monkeypatch.setattr(stage, "_order", lambda path: (_ for _ in ()).throw(Killed))
    with pytest.raises(Killed):
        write_site(site, NEW)
    monkeypatch.undo()
    write_site(site, OLD)
    assert content(site) == OLD


@pytest.fixture
def moved(monkeypatch):
    """What was moved into place in the site, in order, besides the manifest."""
    order, real = [], disk.move

    def move(source, target):
        if Path(target).name != MANIFEST:
            order.append(Path(source).as_posix().partition(f"{stage.STAGE}/")[2])
        return real(source, target)

    monkeypatch.setattr(disk, "move", move)
    return order


def test_the_index_is_moved_last_and_immutable_files_first(site, moved):
    (site / "entries/a").mkdir(parents=True)
    (site / "v0/servers").mkdir(parents=True)
    write_site(site, NEW)
    assert moved == ["entries/a/2.json", "v0/servers/a", "v0/servers/b", "index.json"]


def test_folders_that_are_new_are_moved_whole(site, moved):
    write_site(site, OLD)
    assert moved == ["entries", "v0", "index.json"]
    moved.clear()
    write_site(site, {**OLD, "v0/deep/er/c": b"c", "v0/deep/d": b"d"})
    assert moved == ["v0/deep"]


@pytest.mark.parametrize(
    "manifest",
    [
        b"not json",
        b"[]",
        b'{"version": 1}',
        b'{"version": 99, "complete": true, "files": []}',
        b'{"version": 1, "complete": true, "files": ["../../outside"]}',
        b'{"version": 1, "complete": true, "files": ["/etc/passwd"]}',
        b'{"version": 1, "complete": true, "files": [7]}',
    ],
)
def test_a_manifest_that_we_did_not_write_removes_nothing(site, manifest):
    site.mkdir()
    (site / MANIFEST).write_bytes(manifest)
    outside = site.parent.parent / "outside"
    outside.write_bytes(b"x")
    with pytest.raises(HubError, match=MANIFEST):
        write_site(site, OLD)
    assert outside.exists()


def test_the_manifest_lists_what_was_written(site):
    write_site(site, OLD)
    assert json.loads((site / MANIFEST).read_bytes()) == {"complete": True, "files": sorted(OLD), "version": 1}


def test_the_longest_version_can_be_written(site):
    write_site(site, {f"v0/{'1' * 255}": b"x"})
    assert compare(site, {f"v0/{'1' * 255}": b"x"}).current


def test_a_part_whose_paths_are_known_is_made_once_when_it_is_new(site):
    made = []

    def files():
        made.append(1)
        return {"a/1": b"one"}

    part = Part("a", bytes(32), files, paths=("a/1",))
    assert write_site(site, [part]).changed == ("a/1",)
    assert len(made) == 1
    # What is there is made to be compared.
    assert write_site(site, [part]).current
    assert len(made) == 2
    (site / "a/1").write_bytes(b"two")
    assert write_site(site, [part]).changed == ("a/1",)
    assert (site / "a/1").read_bytes() == b"one"
