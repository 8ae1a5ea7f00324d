import os
import shutil
import time
from pathlib import Path

import pytest

from hub_build.write import MANIFEST, Stamps, compare, default_stamps, stamps, write_site

FILES = {"index.json": b"index", "v0/servers/a": b"aa", "v0.1/servers/a": b"aa", "entries/a/1.json": b"a1"}


@pytest.fixture
def site(tmp_path):
    return tmp_path / "site"


@pytest.fixture
def known(tmp_path, site):
    """What is remembered of the site, as the next run has it."""
    return lambda: Stamps(tmp_path / "cache", site)


@pytest.fixture
def built(site, known):
    """The site, written and remembered, and old enough for that to be trusted."""
    write_site(site, FILES, known())
    later = time.time() + 5
    os.utime(site / MANIFEST, (later, later))
    write_site(site, FILES, known())
    return site


@pytest.fixture
def read(built, monkeypatch):
    """The files of the site that were read, in order."""
    paths, real = [], Path.read_bytes

    def read_bytes(path):
        if path.is_relative_to(built) and path.name != MANIFEST:
            paths.append(path.relative_to(built).as_posix())
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    return paths


def test_files_that_are_what_they_were_are_not_read(built, known, read):
    assert compare(built, FILES, known()).current
    assert read == []


def test_other_content_is_asked_of_the_same_files(built, known, read):
    assert compare(built, FILES | {"index.json": b"other"}, known()).changed == ("index.json",)


def test_without_a_memory_every_file_is_read(built, read):
    assert compare(built, FILES).current
    assert sorted(read) == sorted(FILES)


def test_a_file_that_was_changed_by_hand_is_noticed(built, known):
    (built / "index.json").write_bytes(b"INDEX")
    assert compare(built, FILES, known()).changed == ("index.json",)


def test_a_linked_file_that_was_changed_in_its_place_is_noticed_in_all_its_places(built, known):
    (built / "v0/servers/a").write_bytes(b"AA")
    assert compare(built, FILES, known()).changed == ("v0.1/servers/a", "v0/servers/a")
    write_site(built, FILES, known())
    assert compare(built, FILES).current


def test_a_file_that_was_replaced_by_one_of_the_same_age_and_size_is_noticed(built, known):
    old = (built / "index.json").stat()
    (built / "other").write_bytes(b"INDEX")
    os.utime(built / "other", ns=(old.st_atime_ns, old.st_mtime_ns))
    (built / "other").replace(built / "index.json")
    assert compare(built, FILES, known()).changed == ("index.json",)


def test_a_file_that_was_touched_is_read_and_remembered(built, known, read):
    os.utime(built / "index.json", (1, 1))
    write_site(built, FILES, known())
    assert read == ["index.json"]
    read.clear()
    assert compare(built, FILES, known()).current
    assert read == []


def test_a_file_no_older_than_the_manifest_may_change_unseen_and_is_read(built, known, read):
    later = time.time() + 10
    os.utime(built / "index.json", (later, later))
    for _ in range(2):
        write_site(built, FILES, known())
    assert read == ["index.json", "index.json"]


def test_a_copy_of_a_site_is_read(built, known, tmp_path, read):
    shutil.copytree(built, tmp_path / "copy")
    built.rename(tmp_path / "moved")
    (tmp_path / "copy").rename(built)
    assert compare(built, FILES, known()).current
    assert sorted(read) == sorted(FILES)


@pytest.mark.parametrize(
    "damage",
    [lambda data: b"", lambda data: data[:-3], lambda data: data[:80] + b"\xff" + data[81:], lambda data: b"1 0\n"],
    ids=["empty", "cut off", "changed", "headless"],
)
def test_a_damaged_memory_is_forgotten(built, known, read, damage):
    path = known().path
    path.write_bytes(damage(path.read_bytes()))
    assert compare(built, FILES, known()).current
    assert sorted(read) == sorted(FILES)


def test_a_folder_that_cannot_be_written_does_no_harm(site, tmp_path):
    (tmp_path / "file").touch()
    write_site(site, FILES, Stamps(tmp_path / "file/below", site))
    assert compare(site, FILES).current


def test_of_many_sites_the_latest_are_kept(tmp_path, monkeypatch):
    for number in range(6):
        one = Stamps(tmp_path / "cache", tmp_path / str(number))
        write_site(one.site, FILES, one)
        os.utime(one.path, (number, number))
    assert len(list((tmp_path / "cache").iterdir())) == stamps.MAX_FILES


def test_it_lies_in_the_compilers_cache(tmp_path, site, monkeypatch):
    monkeypatch.setenv("HUB_BUILD_CACHE_DIR", str(tmp_path))
    assert default_stamps(site).path.parent == tmp_path
