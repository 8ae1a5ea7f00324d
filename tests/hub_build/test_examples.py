"""Every file below tests/examples is a test: dropped in, it is found.

An example is an entry file, or a folder with `servers/` and `openapi/` where the registry as a whole matters.
In an invalid one, each finding is stated in a comment `# expect: <line> <rule> <part of the message>`: these, and no
others, must be found.
"""

import re
from pathlib import Path

import pytest

from hub_build.checks import CHECKS, run_checks
from hub_build.registry import Registry, extended, read_registry

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPECTATION = re.compile(r"^# expect: (\d+) ([a-z-]+) (.+)$", re.MULTILINE)


def examples(kind):
    found = sorted(example for check in (EXAMPLES / kind).iterdir() for example in check.iterdir())
    return [pytest.param(example, id=str(example.relative_to(EXAMPLES / kind))) for example in found]


def findings_of(example):
    return run_checks(read_registry(example) if example.is_dir() else extended(Registry(), [example]))


def expectations(example):
    files = [path for path in example.rglob("*") if path.is_file()] if example.is_dir() else [example]
    for path in files:
        for line, rule, fragment in EXPECTATION.findall(path.read_text(encoding="utf-8")):
            yield path.name, int(line), rule, fragment


@pytest.mark.parametrize("example", examples("valid"))
def test_a_valid_example_has_no_findings(example):
    assert findings_of(example) == []


@pytest.mark.parametrize("example", examples("invalid"))
def test_an_invalid_example_has_exactly_the_findings_it_states(example):
    found = sorted((Path(one.file).name, one.line, one.rule, one.message) for one in findings_of(example))
    unmet = sorted(expectations(example))
    assert unmet, "an invalid example states what is found in it"
    assert len(found) == len(unmet), found
    for name, line, rule, fragment in unmet:
        match = next((one for one in found if one[:3] == (name, line, rule) and fragment in one[3]), None)
        assert match, f"{name}:{line} {rule} {fragment}: not among {found}"
        found.remove(match)


@pytest.mark.parametrize("kind", ["valid", "invalid"])
def test_every_check_has_examples_of_both_kinds(kind):
    # No entry that passes the schema breaks this rule, which is the point of it: test_official.py breaks the compiler.
    without = {"official"} if kind == "invalid" else set()
    assert {check.name for check in CHECKS} | {"load"} == {path.name for path in (EXAMPLES / kind).iterdir()} | without
