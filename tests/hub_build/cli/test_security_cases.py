"""What a hostile pull request may bring that cannot be an example below tests/examples/invalid: made here.

All cases, with what proves each, are in tests/hostile/cases/A.yaml.
"""

import codecs
import json

import pytest

DEEP = 5_000

ENTRY = """\
id: weather
name: io.github.example/weather
title: Weather
"""

MADE = {
    "5000-deep flow": (ENTRY + "tags: " + "[" * DEEP, "too-deep", 4),
    "5000-deep mappings": (ENTRY + "tags: " + "{a: " * DEEP, "too-deep", 4),
    "more than 64 KB": (ENTRY + f"documentation: {'x' * 64 * 1024}\n", "too-large", 1),
    "BOM": (codecs.BOM_UTF8 + ENTRY.encode(), "encoding", 1),
    "UTF-16": (ENTRY.encode("utf-16"), "encoding", 1),
    "UTF-16 without mark": (ENTRY.encode("utf-16-le"), "encoding", 1),
    "NUL": (ENTRY + "tags: [a\0b]\n", "encoding", 4),
    "alias in the place of the document": ("*a\n", "alias", 1),
}


@pytest.mark.parametrize("case", MADE)
def test_a_file_that_cannot_be_an_example_is_refused_by_name_and_line(case, run, registry):
    content, rule, line = MADE[case]
    registry.add("good")
    path = registry.folder / "servers" / "weather.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = run("check", "--format", "json")
    (finding,) = json.loads(ended.out)["findings"]
    assert ended.code == 1
    assert (finding["file"], finding["rule"], finding["line"]) == ("registry/servers/weather.yaml", rule, line)


def test_symbolic_links_are_refused_by_name(run, registry, tmp_path):
    (tmp_path / "secret.yaml").write_text("id: secret\n")
    (registry.folder / "servers" / "weather.yaml").symlink_to(tmp_path / "secret.yaml")
    ended = run("check")
    assert ended.code == 1
    assert "registry/servers/weather.yaml:1: FAIL the file is a symbolic link" in ended.out


def test_files_equal_but_for_case_are_refused(run, registry):
    registry.add("weather")
    other = registry.write("servers/Weather.yaml", (registry.folder / "servers/weather.yaml").read_text())
    if other.samefile(registry.folder / "servers/weather.yaml"):
        pytest.skip("this file system knows no case")
    found = json.loads(run("check", "--format", "json").out)["findings"]
    assert {(one["file"], one["rule"]) for one in found} == {
        ("registry/servers/Weather.yaml", "file-name"),
        ("registry/servers/Weather.yaml", "unique"),
        ("registry/servers/weather.yaml", "unique"),
    }


def test_no_hostile_file_hides_another(run, registry):
    for number, (content, _, _) in enumerate(MADE.values()):
        path = registry.folder / "servers" / f"bad-{number}.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    registry.add("broken", title=...)
    found = json.loads(run("check", "--format", "json").out)["findings"]
    assert {one["file"] for one in found} == {
        *(f"registry/servers/bad-{number}.yaml" for number in range(len(MADE))),
        "registry/servers/broken.yaml",
    }
