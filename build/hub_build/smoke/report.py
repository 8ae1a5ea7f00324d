"""Smoke tests as people, scripts, GitHub and pull requests read them. Pure."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hub_build.markdown import cell, code
from hub_build.smoke.run import Smoked
from hub_launch.catalog.recorded import Outcome
from hub_launch.judge.findings import Finding, Verdict
from hub_launch.text import counted, printable

_ORDER: tuple[Outcome, ...] = ("passed", "needs", "unreachable", "untried", "failed")


def as_text(tests: Sequence[Smoked], files: dict[str, str]) -> str:
    """A line a server, with what is to be looked at below it, and the sum."""
    del files
    lines: list[str] = []
    for test in tests:
        lines.append(f"{test.recorded.id}: {told(test)}")
        lines += [f"    {line}" for line in remarks(test)]
    return "\n".join([*lines, *([""] if lines else []), summary(tests)])


def as_json(tests: Sequence[Smoked], files: dict[str, str]) -> str:
    """One object: how many of each outcome, and each test with its record and what became of the tools."""
    return json.dumps(
        {"outcomes": _counts(tests), "tests": [_document(test, files) for test in tests]}, indent=2, ensure_ascii=False
    )


def as_github(tests: Sequence[Smoked], files: dict[str, str]) -> str:
    """Workflow commands, which GitHub shows in the files of a pull request; and the sum for the log."""
    return "\n".join([*map(_annotation, findings_of(tests, files)), summary(tests)])


def as_markdown(tests: Sequence[Smoked], files: dict[str, str]) -> str:
    """A table for the summary of a pull request, and below it what is to be looked at."""
    del files
    rows = ["| server | outcome | tools | start | sandbox |", "|---|---|---|---|---|"]
    rows += [_row(test) for test in tests]
    notes = [f"- **{test.recorded.id}**: {code(line)}" for test in tests for line in remarks(test)]
    return "\n".join([*rows, "", *notes, *([""] if notes else []), summary(tests)])


Format = Callable[[Sequence[Smoked], dict[str, str]], str]

FORMATS: dict[str, Format] = {"text": as_text, "json": as_json, "github": as_github, "markdown": as_markdown}
"""By name; each takes the tests, and the files of entries by id."""


def told(test: Smoked) -> str:
    """The outcome in a few words."""
    recorded = test.recorded
    words: list[str] = [recorded.outcome]
    if recorded.needs:
        words[0] += f" {', '.join(map(printable, recorded.needs))}"
    if recorded.tools is not None:
        words.append(counted(len(recorded.tools), "tool"))
    if recorded.start_seconds is not None:
        words.append(f"{recorded.start_seconds:.1f} s")
    if recorded.tier:
        words.append(f"sandbox {recorded.tier}")
    return ", ".join(words)


def remarks(test: Smoked) -> Iterator[str]:
    """What a person should look at, a line each, safe to print."""
    if test.recorded.reason:
        yield printable(test.recorded.reason)
    for flag in test.recorded.flags or ():
        yield printable(f"{flag.where}: {flag.found}")
    for line in test.changes.sentences():
        yield printable(f"tool {line}")


def summary(tests: Sequence[Smoked]) -> str:
    """`10 servers: 9 passed, 1 unreachable`."""
    number = "1 server" if len(tests) == 1 else f"{len(tests)} servers"
    words = ", ".join(f"{count} {outcome}" for outcome, count in _counts(tests).items())
    return f"{number}: {words}" if words else "no entries to test"


def findings_of(tests: Sequence[Smoked], files: dict[str, str]) -> list[Finding]:
    """The tests as findings about the entries' files: a failure fails, all else is for a person to decide."""
    found = []
    for test in tests:
        file = files.get(test.recorded.id, test.recorded.id)
        if test.recorded.outcome != "passed":
            severity = Verdict.FAIL if test.failed else Verdict.REVIEW
            message = f"smoke test: {told(test)}" + (f": {test.recorded.reason}" if test.recorded.reason else "")
            found.append(Finding(file, 1, None, "/smoke", severity, "smoke", message))
        lines = list(remarks(test))[1 if test.recorded.reason else 0 :]
        found += [Finding(file, 1, None, "", Verdict.REVIEW, "smoke", line) for line in lines]
    return found


def _counts(tests: Sequence[Smoked]) -> dict[str, int]:
    counted = Counter(test.recorded.outcome for test in tests)
    return {outcome: counted[outcome] for outcome in _ORDER if counted[outcome]}


def _document(test: Smoked, files: dict[str, str]) -> dict[str, Any]:
    changes = test.changes
    return {
        "file": files.get(test.recorded.id),
        "recorded": test.recorded.model_dump(mode="json", exclude_none=True),
        "changes": {"added": changes.added, "removed": changes.removed, "changed": dict(changes.changed or {})},
    }


def _row(test: Smoked) -> str:
    recorded = test.recorded
    tools = len(recorded.tools) if recorded.tools is not None else ""
    start = f"{recorded.start_seconds:.1f} s" if recorded.start_seconds is not None else ""
    needs = f" {', '.join(recorded.needs)}" if recorded.needs else ""
    return f"| {recorded.id} | {cell(recorded.outcome + needs)} | {tools} | {start} | {recorded.tier or ''} |"


def _annotation(finding: Finding) -> str:
    level = "error" if finding.severity is Verdict.FAIL else "warning"
    text = finding.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{level} file={finding.file},line={finding.line},title={finding.rule}::{text}"
