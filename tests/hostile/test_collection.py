"""The numbered cases are what they say: each has tests that there are, and a run of them says what it left out."""

import ast
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_suite import PROOFS, SECTIONS, UNKNOWN, problems, proofs_of

from hub_build.docs.cases import ROOT, Case, Proof

CASES = [case for section in SECTIONS for case in section.cases]


def test_sections_are_those_of_the_threat_model_and_numbers_follow_each_other():
    assert [section.letter for section in SECTIONS] == list("ABCDE")
    for section in SECTIONS:
        numbers = [f"{section.letter}{number}" for number in range(1, len(section.cases) + 1)]
        assert [case.number for case in section.cases] == numbers


def test_every_case_has_words_and_tests():
    assert [case.number for case in CASES if not (case.case and case.expected and case.proofs)] == []


def test_whatever_the_tables_name_is_there():
    """Files and functions; that there are such parameters is known of those files that were collected."""
    named = {(proof.path, proof.file, proof.place.partition("::")[2]) for proof in PROOFS}
    assert {path for path, _, _ in named if not (ROOT / path).exists()} == set()
    assert {one for one in named if one[2] and one[2] not in _functions(one[1])} == set()


@functools.cache
def _functions(file):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_no_case_is_told_twice():
    words = [case.case for case in CASES]
    assert sorted(words) == sorted(set(words))


def test_every_name_of_the_table_is_that_of_a_test(request):
    # Who names single tests does not collect their neighbours.
    whole = not any("::" in argument for argument in request.config.args)
    assert not whole or request.config.stash[UNKNOWN] == set()


def test_every_hostile_server_belongs_to_a_case():
    servers = {f"servers/{path.name}" for path in (Path(__file__).parent / "servers").glob("[!_]*.py")}
    assert servers - {proof.name for proof in PROOFS} == set()


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("a/test_b.py", "tests/a/test_b.py::test_c[d]"),
        ("a/test_b.py::test_c", "tests/a/test_b.py::test_c"),
        ("a/test_b.py::test_c", "tests/a/test_b.py::test_c[d]@group"),
        ("a/test_b.py::test_c[d]", "tests/a/test_b.py::test_c[d]"),
        ("servers/b.py", "tests/hostile/test_cases.py::test_a_hostile_server_harms_itself_alone[b]"),
        ("servers/b.py", "tests/hostile/test_cases.py::test_a_hostile_server_harms_itself_alone[b-variant]"),
    ],
)
def test_a_proof_knows_its_tests(name, node):
    assert Proof(name).is_of(node)


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("a/test_b.py::test_c", "tests/a/test_b.py::test_cd"),
        ("a/test_b.py::test_c[d]", "tests/a/test_b.py::test_c[e]"),
        ("servers/b.py", "tests/hostile/test_cases.py::test_a_hostile_server_harms_itself_alone[b_c]"),
    ],
)
def test_and_no_others(name, node):
    assert not Proof(name).is_of(node)


CASE = Case("X1", "a case", "what holds", (Proof("a.py::test_a"), Proof("b.py::test_b")))
FIRST = {"tests/a.py::test_a": ""}


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (FIRST | {"tests/b.py::test_b": ""}, []),
        (FIRST, ["b.py::test_b: was not run"]),
        (FIRST | {"tests/b.py::test_b[1]": "", "tests/b.py::test_b[2]": "failed"}, ["tests/b.py::test_b[2]: failed"]),
    ],
    ids=["held", "left out", "one of several failed"],
)
def test_a_case_holds_when_all_its_tests_passed(outcomes, said):
    assert list(problems(CASE, outcomes)) == said


def test_a_run_without_some_of_them_says_so_and_fails():
    proof = CASES[0].proofs[0]
    (example,) = re.findall(r"\[(.+)\]", proof.node)
    command = [sys.executable, "-m", "pytest", "-m", "hostile", "-k", example, "-p", "no:cacheprovider", proof.file]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "1 passed" in ended.stdout
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED
    assert re.search(rf"^A +{re.escape(SECTIONS[0].title)} +{len(SECTIONS[0].cases)} +1 ", ended.stdout, re.MULTILINE)
    assert "A2 does not hold: " in ended.stdout
    assert f"    {CASES[1].proofs[0].name}: was not run" in ended.stdout


def test_tests_of_the_collection_are_marked(request):
    marked = {item.nodeid for item in request.session.items if item.get_closest_marker("hostile")}
    assert marked == {item.nodeid for item in request.session.items if proofs_of(item.nodeid)}
