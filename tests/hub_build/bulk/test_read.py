from pathlib import Path

import pytest

from hub_build.bulk import Memory, bulk_reader, pool
from hub_launch.judge.checks import run_checks
from hub_launch.judge.registry import Registry, read_entries, read_registry

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def memory(tmp_path):
    return lambda: Memory(tmp_path / "memory")


@pytest.fixture
def judged(monkeypatch):
    """The names of the files that were judged, in order."""
    names = []

    def judge_file(path):
        names.append(Path(path).name)
        return read_one(path)

    read_one = pool.judge_file
    monkeypatch.setattr(pool, "judge_file", judge_file)
    return names


def check(registry, memory):
    return run_checks(read_registry(registry.folder, bulk_reader(memory)))


def of_examples(kind, reader):
    """The findings about every example: entry files as one registry, and each folder."""
    found = sorted(example for check in (EXAMPLES / kind).iterdir() for example in check.iterdir())
    sources, unreadable = reader([example for example in found if example.is_file()])
    registries = [Registry(sources, unreadable), *(read_registry(one, reader) for one in found if one.is_dir())]
    return [run_checks(registry) for registry in registries]


@pytest.mark.parametrize("kind", ["valid", "invalid"])
def test_what_is_judged_at_once_or_remembered_is_judged_as_one_by_one(kind, memory):
    alone = of_examples(kind, read_entries)
    assert of_examples(kind, bulk_reader(memory())) == alone
    assert of_examples(kind, bulk_reader(memory())) == alone


def test_what_did_not_change_is_not_judged_again(registry, memory, judged):
    for id_ in ("weather", "calendar", "notes"):
        registry.add(id_)
    check(registry, memory())
    assert judged == ["calendar.yaml", "notes.yaml", "weather.yaml"]
    judged.clear()
    registry.add("notes", title="Other notes")
    check(registry, memory())
    assert judged == ["notes.yaml"]


def test_one_content_under_another_name_is_judged_again(registry, memory, judged):
    path = registry.add("weather")
    assert check(registry, memory()) == []
    path.rename(path.with_name("other.yaml"))
    assert [finding.rule for finding in check(registry, memory())] == ["file-name"]
    assert judged == ["weather.yaml", "other.yaml"]


def test_without_a_memory_everything_is_judged(registry, judged):
    registry.add("weather")
    check(registry, None)
    check(registry, None)
    assert judged == ["weather.yaml"] * 2


def test_remembered_entries_are_compared_with_new_ones(registry, memory, judged):
    registry.add("weather")
    registry.add("calendar", packages=..., remotes=[{"type": "sse", "url": "https://example.com/sse"}])
    check(registry, memory())
    judged.clear()
    registry.add("weathar")
    registry.add("other", packages=..., remotes=[{"type": "sse", "url": "https://example.com/sse"}])
    found = check(registry, memory())
    assert judged == ["other.yaml", "weathar.yaml"]
    assert {(Path(one.file).name, one.rule, one.line) for one in found} == {
        ("weathar.yaml", "confusable", 1),
        ("weather.yaml", "confusable", 1),
        ("calendar.yaml", "url-shared", 17),
        ("other.yaml", "url-shared", 17),
    }


def test_a_remembered_entry_is_read_when_it_is_asked_for(registry, memory):
    registry.add("weather", license=..., id="other")
    check(registry, memory())
    (source,) = read_registry(registry.folder, bulk_reader(memory())).sources
    assert (source.entry, source.text("id"), source.text("title")) == (None, "other", "Weather")
    assert source.errors is not None


def test_an_entry_that_is_gone_when_it_is_asked_for_is_an_empty_one(registry, memory):
    path = registry.add("weather")
    (source,) = read_registry(registry.folder, bulk_reader(memory())).sources
    path.unlink()
    assert source.entry is None
    assert source.finding(("remotes", 0), "rule", "message").line == 1


def test_what_lies_outside_of_a_file_is_not_remembered(registry, memory, judged):
    registry.add("weather")
    (registry.folder / "servers" / "link.yaml").symlink_to("weather.yaml")
    for _ in range(2):
        (finding,) = check(registry, memory())
        assert (Path(finding.file).name, finding.rule) == ("link.yaml", "not-a-file")
    assert judged == ["link.yaml", "weather.yaml", "link.yaml"]


def test_findings_name_the_file_as_who_asks_sees_it(registry, memory, monkeypatch):
    registry.add("weather", licence="MIT", license=...)
    assert check(registry, memory())[0].file == str(registry.folder / "servers/weather.yaml")
    monkeypatch.chdir(registry.folder)
    assert check(registry, memory())[0].file == "servers/weather.yaml"
