import json

import pytest

from hub_build.docs import hostile, readme
from hub_build.docs.cases import Proof, read_sections

CASES = """\
title: Files
promise: Nothing happens
cases:
  A1:
    case: a `key` given | twice
    expected: 403
    tests:
      - invalid/load/duplicate-key.yaml
      - servers/many_tools.py
      - a/test_b.py::test_c[d]
"""


@pytest.fixture
def sections(tmp_path):
    (tmp_path / "A.yaml").write_text(CASES)
    return read_sections(tmp_path)


def test_a_section_is_read(sections):
    (section,) = sections
    (case,) = section.cases
    assert (section.letter, section.title, section.promise) == ("A", "Files", "Nothing happens")
    # A number in YAML, and words here.
    assert (case.number, case.expected) == ("A1", "403")
    assert [proof.path for proof in case.proofs] == [
        "tests/examples/invalid/load/duplicate-key.yaml",
        "tests/hostile/servers/many_tools.py",
        "tests/a/test_b.py",
    ]
    assert [proof.words for proof in case.proofs] == ["invalid/load/duplicate-key", "servers/many_tools", "test_c[d]"]


def test_a_case_is_a_row_with_a_link_to_each_proof(sections, monkeypatch):
    monkeypatch.setattr(hostile, "read_sections", lambda: sections)
    row = next(line for line in hostile.page().splitlines() if line.startswith("| A1 "))
    assert row.startswith("| A1 | a `key` given \\| twice | 403 | [`invalid/load/duplicate-key`](https://")
    assert row.count("<br>") == 2


def test_an_example_and_a_server_are_tests_of_their_own():
    assert Proof("invalid/load/x.yaml").node.endswith("[load/x.yaml]")
    assert Proof("servers/x.py").node.endswith("[x]")


def test_the_day_of_the_last_run_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(hostile, "LAST_RUN", tmp_path / "last-run.json")
    assert "last on" not in hostile.table()
    (tmp_path / "last-run.json").write_text(json.dumps({"date": "2026-11-22", "cases": 7}))
    assert "last on 2026-11-22: all 7 held" in hostile.table()


def test_a_part_of_the_readme_is_replaced_and_the_rest_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(readme, "README", tmp_path / "README.md")
    monkeypatch.setattr(readme, "PARTS", {"one": lambda: "new\n"})
    readme.README.write_text("before\n<!-- one -->\nold\n<!-- /one -->\nafter\n")
    assert readme.page() == "before\n<!-- one -->\n\nnew\n\n<!-- /one -->\nafter\n"
    readme.README.write_text("nothing\n")
    with pytest.raises(LookupError, match="<!-- one -->"):
        readme.page()
