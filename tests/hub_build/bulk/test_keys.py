import os
from pathlib import Path

import pytest

from hub_build.bulk import keys as module
from hub_build.bulk.keys import Keys


@pytest.fixture(autouse=True)
def changed(monkeypatch):
    """Also the time that nobody can set is long ago, as if the files had been there for a while."""
    monkeypatch.setattr(module, "UNSURE", -60_000_000_000)


@pytest.fixture
def file(tmp_path):
    (tmp_path / "servers").mkdir()
    path = tmp_path / "servers/weather.yaml"
    path.write_text("id: weather")
    return path


@pytest.fixture
def keys(tmp_path):
    """What is remembered, as the next run has it."""
    return lambda: Keys(tmp_path / "cache", str(tmp_path / "servers"))


@pytest.fixture
def known(file, keys):
    """The file, whose key is remembered."""
    seen = keys()
    assert seen.get(str(file)) is None
    seen.keep([(str(file), "its key")])
    return str(file)


def test_a_file_that_is_what_it_was_has_its_key(known, keys):
    assert keys().get(known) == "its key"


def _same_size(path):
    path.write_text("id: WEATHER")


def _same_size_and_time(path):
    before = path.stat()
    path.write_text("id: WEATHER")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replaced(path):
    before = path.stat()
    path.with_suffix(".new").write_text("id: WEATHER")
    os.utime(path.with_suffix(".new"), ns=(before.st_atime_ns, before.st_mtime_ns))
    path.with_suffix(".new").replace(path)


def _folder(path):
    path.unlink()
    path.mkdir()


def _link(path):
    path.rename(path.with_suffix(".old"))
    path.symlink_to(path.with_suffix(".old"))


@pytest.mark.parametrize("change", [_same_size, _same_size_and_time, _replaced, _folder, _link, Path.unlink])
def test_a_file_that_changed_has_none(file, known, keys, change):
    change(file)
    assert keys().get(known) is None


def test_a_file_that_changed_a_moment_ago_may_change_again_and_is_read(file, keys, monkeypatch):
    monkeypatch.setattr(module, "UNSURE", 2_000_000_000)
    seen = keys()
    seen.get(str(file))
    seen.keep([(str(file), "its key")])
    assert keys().get(str(file)) is None


def test_what_could_not_be_judged_has_no_key(file, keys):
    seen = keys()
    seen.get(str(file))
    seen.keep([(str(file), "")])
    assert keys().get(str(file)) is None


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:-3], lambda data: data.replace(b"key", b"kEy")]
)
def test_a_damaged_memory_is_forgotten(known, keys, damage):
    path = keys().path
    path.write_bytes(damage(path.read_bytes()))
    assert keys().get(known) is None


def test_the_same_words_in_another_folder_are_another_file(known, keys, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert keys().get(known) is None


def test_a_folder_that_cannot_be_written_does_no_harm(file, tmp_path):
    (tmp_path / "file").touch()
    seen = Keys(tmp_path / "file/below", "servers")
    seen.get(str(file))
    seen.keep([(str(file), "its key")])


def test_of_many_registries_the_latest_are_kept(file, tmp_path):
    for number in range(6):
        seen = Keys(tmp_path / "cache", str(number))
        seen.get(str(file))
        seen.keep([(str(file), "its key")])
        os.utime(seen.path, (number, number))
    assert len(list((tmp_path / "cache").iterdir())) == module.MAX_FILES
