"""A report as Markdown, for the summary of a pull request's checks.

All of it is a stranger's text, down to the names of files: it stands in code spans, in which nothing is a link, a
mention, HTML or markup.
"""

from collections.abc import Iterator
from urllib.parse import quote

from hub_build.markdown import cell, code
from hub_build.verdicts import Report
from hub_build.would_run import would_run
from hub_launch.catalog import Entry
from hub_launch.catalog.entry import Permissions
from hub_launch.judge.findings import Finding, Verdict

# GitHub refuses summaries beyond 1 MiB, and people stop reading much earlier.
MAX_ENTRIES = 100
MAX_FINDINGS = 200

_ICONS = {Verdict.OK: "✅", Verdict.REVIEW: "👀", Verdict.FAIL: "❌"}
_MEANS = {
    Verdict.OK: "can be published as it is.",
    Verdict.REVIEW: "can be published when a person has looked at it.",
    Verdict.FAIL: "cannot be published yet; the findings say what to change.",
}


def as_markdown(report: Report, link: str = "") -> str:
    """The verdict, a table of the servers, what each would run, and every finding.

    link: the address of the checkout's files, such as `https://github.com/o/r/blob/<commit>`; empty for no links.
    """
    return "\n".join([*_head(report), *_table(report), *_details(report, link), *_findings(report, link)]) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"## {_ICONS[report.verdict]} {report.verdict.name}"
    yield ""
    yield f"This {_MEANS[report.verdict]}"
    yield ""


def _table(report: Report) -> Iterator[str]:
    if not report.entries:
        return
    yield "| server | verdict | change | version | network | files |"
    yield "|---|---|---|---|---|---|"
    for judged in report.entries[:MAX_ENTRIES]:
        entry = judged.entry
        allowed = (entry.permissions or Permissions()) if entry else None
        network = allowed.network if allowed else ""
        cells = (
            cell(judged.id),
            f"{_ICONS[judged.verdict]} {judged.verdict.name}",
            judged.change or "-",
            cell(entry.version) if entry else "",
            cell(network if isinstance(network, str) else ", ".join(network)),
            cell(allowed.filesystem) if allowed else "",
        )
        yield f"| {' | '.join(cells)} |"
    if len(report.entries) > MAX_ENTRIES:
        yield f"\n{len(report.entries) - MAX_ENTRIES} more servers are not shown here."
    yield ""


def _details(report: Report, link: str) -> Iterator[str]:
    for judged in report.entries[:MAX_ENTRIES]:
        if judged.entry and judged.change != "removed":
            yield f"### {code(judged.id)}"
            yield ""
            yield f"{code(judged.entry.title)}: {code(judged.entry.description)} ({_place(judged.file, 0, link)})"
            yield ""
            yield from _would(judged.entry)
            yield ""


def _would(entry: Entry) -> Iterator[str]:
    for number, one in enumerate(would_run(entry)):
        first = "" if number == 0 else "or "
        given = f" with {', '.join(map(code, one.variables))}" if one.variables else ""
        yield (
            f"- {first}{one.does} {code(one.what)}{given}"
            if one.does
            else f"- {first}cannot start: {code(one.problem)}"
        )


def _findings(report: Report, link: str) -> Iterator[str]:
    shown = [one for one in report.findings if one.severity is not Verdict.OK][:MAX_FINDINGS]
    if shown:
        yield "### Findings"
        yield ""
    for finding in sorted(shown, key=lambda one: -one.severity):
        yield _finding(finding, link)
    if len(report.findings) > MAX_FINDINGS:
        yield f"\n{len(report.findings) - MAX_FINDINGS} more findings: `hub-build check` shows them all."


def _finding(finding: Finding, link: str) -> str:
    hint = f"<br>{code(finding.hint)}" if finding.hint else ""
    place = _place(finding.file, finding.line, link)
    return f"- {_ICONS[finding.severity]} {finding.severity.name} {place} {code(finding.message)}{hint}"


def _place(file: str, line: int, link: str) -> str:
    name = code(f"{file}:{line}" if line else file)
    if not link:
        return name
    return f"[{name}]({link.rstrip('/')}/{quote(file)}{f'#L{line}' if line else ''})"
