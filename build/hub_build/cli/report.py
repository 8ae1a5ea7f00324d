"""Findings and verdicts as people, scripts and GitHub read them."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict

from hub_build.verdicts import Report
from hub_launch.judge.findings import Finding, Verdict
from hub_launch.text import printable

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


def verdicts_as_text(report: Report) -> str:
    """The findings; on a branch also a line for each server that it touches."""
    told = as_text(report.findings, report.files)
    changed = [one for one in report.entries if one.change]
    if not changed:
        return told
    paint = _painter(sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    lines = [
        f"{paint(_COLOURS[one.verdict], f'{one.verdict.name:<7}')}{printable(one.id)} ({one.change})" for one in changed
    ]
    return "\n".join([told, "", *lines])


def as_json(report: Report) -> str:
    """One object: the verdict, how many files were checked, the verdict of every server, every finding."""
    entries = [
        {"id": one.id, "file": one.file, "verdict": one.verdict.name} | ({"change": one.change} if one.change else {})
        for one in report.entries
    ]
    found = [{**asdict(finding), "severity": finding.severity.name} for finding in report.findings]
    told = {"verdict": report.verdict.name, "files": report.files, "entries": entries, "findings": found}
    return json.dumps(told | {"labels": report.labels}, indent=2, ensure_ascii=False)


def as_github(findings: Sequence[Finding], files: int) -> str:
    """Workflow commands, which GitHub shows beside the lines of a pull request; and the sum for the log."""
    return "\n".join([*map(_annotation, findings), summary(findings, files)])


def as_markdown(report: Report, link: str = "") -> str:
    """A page for a pull request; link: see there."""
    # Here, since to say what would run takes what launches servers, which nothing else about findings needs.
    from hub_build.cli import markdown

    return markdown.as_markdown(report, link)


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": verdicts_as_text,
    "json": as_json,
    "github": lambda report: as_github(report.findings, report.files),
    "markdown": as_markdown,
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
