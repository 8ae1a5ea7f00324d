"""Findings as people, scripts and GitHub read them."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict

from hub_build.findings import Finding, Verdict, verdict_of

_COLOURS = {Verdict.FAIL: "\x1b[31m", Verdict.REVIEW: "\x1b[33m", Verdict.OK: "\x1b[32m"}
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"

# GitHub's own words for the two weights.
_LEVELS = {Verdict.FAIL: "error", Verdict.REVIEW: "warning", Verdict.OK: "notice"}


def as_text(findings: Sequence[Finding], files: int) -> str:
    """A paragraph a file, a line a finding that editors and terminals can follow, and the sum."""
    paint = _painter(sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    lines, file = [], ""
    for finding in findings:
        if file and finding.file != file:
            lines.append("")
        file = finding.file
        word = paint(_COLOURS[finding.severity], finding.severity.name)
        rule = paint(_DIM, f"[{finding.rule}]")
        lines.append(f"{paint(_BOLD, _place(finding))}: {word} {finding.message} {rule}")
        if finding.hint:
            lines.append(f"    {finding.hint}")
    return "\n".join([*lines, *([""] if lines else []), summary(findings, files)])


def as_json(findings: Sequence[Finding], files: int) -> str:
    """One object: the verdict, how many files were checked, and every finding."""
    found = [{**asdict(finding), "severity": finding.severity.name} for finding in findings]
    report = {"verdict": verdict_of(findings).name, "files": files, "findings": found}
    return json.dumps(report, indent=2, ensure_ascii=False)


def as_github(findings: Sequence[Finding], files: int) -> str:
    """Workflow commands, which GitHub shows beside the lines of a pull request; and the sum for the log."""
    return "\n".join([*map(_annotation, findings), summary(findings, files)])


FORMATS: dict[str, Callable[[Sequence[Finding], int], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def summary(findings: Sequence[Finding], files: int) -> str:
    """One line: `2 findings in 1 of 12 files: 2 FAIL`."""
    checked = "1 file" if files == 1 else f"{files} files"
    if not findings:
        return f"{checked} checked, all good" if files else "no entries found"
    counts = [(verdict, sum(one.severity is verdict for one in findings)) for verdict in (Verdict.FAIL, Verdict.REVIEW)]
    words = ", ".join(f"{count} {verdict.name}" for verdict, count in counts if count)
    number = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
    where = len({finding.file for finding in findings})
    return f"{number} in {where} {'file' if where == 1 else 'files'} ({checked} checked): {words}"


def _place(finding: Finding) -> str:
    column = f":{finding.column}" if finding.column else ""
    return f"{finding.file}:{finding.line}{column}"


def _annotation(finding: Finding) -> str:
    properties = {"file": finding.file, "line": str(finding.line), "title": finding.rule}
    if finding.column:
        properties["col"] = str(finding.column)
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    text = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
    return f"::{_LEVELS[finding.severity]} {told}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _painter(colours: bool) -> Callable[[str, str], str]:
    def paint(colour: str, text: str) -> str:
        return f"{colour}{text}{_PLAIN}" if colours else text

    return paint
