import json
import os

import pytest

from hub_build.bulk import Memory, default_memory, memory
from hub_build.bulk.entry import judge_file


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "memory"


@pytest.fixture
def judged(registry):
    return judge_file(
        str(registry.add("weather", licence="MIT", remotes=[{"type": "sse", "url": "https://a.example"}]))
    )


def test_what_is_remembered_comes_back_as_it_was(folder, judged):
    Memory(folder).remember([judged])
    back = Memory(folder).get(judged.key)
    assert back.findings == judged.findings
    assert judged.findings
    assert back.facts.remotes == judged.facts.remotes
    assert {key: tuple(value) for key, value in back.facts.texts.items()} == judged.facts.texts


def test_what_an_entry_says_of_the_operations_of_its_api_is_remembered(folder, registry):
    api = {"file": "pets.yaml", "baseUrl": "https://pets.example.com", "mcpNames": {"listPets": "pets"}}
    judged = judge_file(str(registry.add("pets", openapi=api, packages=...)))
    Memory(folder).remember([judged])
    assert json.loads(Memory(folder).get(judged.key).facts.api) == api


def test_a_file_that_could_not_be_parsed_is_remembered_too(folder, registry):
    judged = judge_file(str(registry.write("servers/x.yaml", "a: [")))
    Memory(folder).remember([judged])
    assert Memory(folder).get(judged.key) == judged


def test_rows_are_added_and_bounded_and_the_newest_stay(folder, registry, monkeypatch):
    monkeypatch.setattr(memory, "MAX_ROWS", 3)
    judged = [judge_file(str(registry.add(f"server-{number}"))) for number in range(5)]
    Memory(folder).remember(judged[:2])
    Memory(folder).remember(judged[2:4])
    Memory(folder).remember(judged[4:])
    assert [bool(Memory(folder).get(one.key)) for one in judged] == [False, False, True, True, True]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-10],
        lambda data: data.replace(b"unknown", b"unknow_"),
        lambda data: b"\xff" * len(data),
        lambda data: data.partition(b"\n")[2],
    ],
    ids=["empty", "cut off", "changed", "binary", "headless"],
)
def test_a_damaged_file_is_forgotten_and_written_anew(folder, judged, damage):
    Memory(folder).remember([judged])
    path = Memory(folder).path
    path.write_bytes(damage(path.read_bytes()))
    damaged = Memory(folder)
    assert damaged.get(judged.key) is None
    damaged.remember([judged])
    assert Memory(folder).get(judged.key) == Memory(folder).get(judged.key) is not None


def test_other_rules_know_nothing_of_it_and_do_not_overwrite_it(folder, judged, monkeypatch):
    Memory(folder).remember([judged])
    monkeypatch.setattr(memory, "rules_version", lambda: "f" * 64)
    other = Memory(folder)
    assert other.get(judged.key) is None
    other.remember([judged])
    assert sorted(path.suffix for path in folder.iterdir()) == [".documents", ".documents", ".json", ".json"]


def test_a_file_with_the_name_of_these_rules_and_the_head_of_others_is_not_read(folder, judged, monkeypatch):
    Memory(folder).remember([judged])
    path = Memory(folder).path
    monkeypatch.setattr(memory, "rules_version", lambda: path.stem.removeprefix("checks-") + "0" * 48)
    assert Memory(folder).path == path
    assert Memory(folder).get(judged.key) is None


def test_of_many_versions_of_the_rules_the_latest_are_kept(folder, judged, monkeypatch):
    for number in range(6):
        monkeypatch.setattr(memory, "rules_version", lambda number=number: str(number) * 64)
        one = Memory(folder)
        one.remember([judged])
        os.utime(one.path, (number, number))
    for suffix in ("json", "documents"):
        assert sorted(path.name[7] for path in folder.glob(f"*.{suffix}")) == ["2", "3", "4", "5"]


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path, judged):
    (tmp_path / "file").touch()
    one = Memory(tmp_path / "file" / "below")
    one.remember([judged])
    assert one.get(judged.key) is not None
    assert not Memory(tmp_path / "file" / "below")


def test_it_lies_in_the_compilers_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HUB_BUILD_CACHE_DIR", str(tmp_path))
    assert default_memory().path.parent == tmp_path
