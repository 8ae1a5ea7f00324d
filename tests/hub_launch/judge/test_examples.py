"""Every file below tests/examples is a test: dropped in, it is found.

Examples are short: what makes an entry doubtful by being absent is looked for in the examples of `complete` alone.

An example is an entry file, or a folder with `servers/` and `openapi/` where the registry as a whole matters.
In an invalid one, each finding is stated in a comment `# expect: <line> <rule> <part of the message>`, or `# review:`
where a person decides: these, and no others, must be found.
"""

import re
from pathlib import Path

import pytest

from hub_launch.judge.checks import CHECKS, run_checks
from hub_launch.judge.findings import Verdict
from hub_launch.judge.registry import Registry, extended, read_registry

EXAMPLES = Path(__file__).parents[2] / "examples"
SEVERITIES = {"expect": Verdict.FAIL, "review": Verdict.REVIEW}
ABSENCES = ["repository-missing", "integrity-missing", "smoke-missing"]
EXPECTATION = re.compile(r"^# (expect|review): (\d+) ([a-z-]+) (.+)$", re.MULTILINE)


def examples(kind):
    found = sorted(example for check in (EXAMPLES / kind).iterdir() for example in check.iterdir())
    return [pytest.param(example, id=str(example.relative_to(EXAMPLES / kind))) for example in found]


def findings_of(example):
    found = run_checks(read_registry(example) if example.is_dir() else extended(Registry(), [example]))
    return [one for one in found if example.parent.name == "complete" or one.rule not in ABSENCES]


def expectations(example):
    files = [path for path in example.rglob("*") if path.is_file()] if example.is_dir() else [example]
    for path in files:
        for kind, line, rule, fragment in EXPECTATION.findall(path.read_text(encoding="utf-8")):
            yield path.name, int(line), SEVERITIES[kind], rule, fragment


@pytest.mark.parametrize("example", examples("valid"))
def test_a_valid_example_has_no_findings(example):
    assert findings_of(example) == []


@pytest.mark.parametrize("example", examples("invalid"))
def test_an_invalid_example_has_exactly_the_findings_it_states(example):
    findings = findings_of(example)
    found = sorted((Path(one.file).name, one.line, one.severity, one.rule, one.message) for one in findings)
    unmet = sorted(expectations(example))
    assert unmet, "an invalid example states what is found in it"
    assert len(found) == len(unmet), found
    for *place, fragment in unmet:
        match = next((one for one in found if list(one[:-1]) == place and fragment in one[-1]), None)
        assert match, f"{place} {fragment}: not among {found}"
        found.remove(match)


@pytest.mark.parametrize("kind", ["valid", "invalid"])
def test_every_check_has_examples_of_both_kinds(kind):
    # No entry that passes the schema breaks this rule, which is the point of it: test_official.py breaks the compiler.
    without = {"official"} if kind == "invalid" else set()
    assert {check.name for check in CHECKS} | {"load"} == {path.name for path in (EXAMPLES / kind).iterdir()} | without
