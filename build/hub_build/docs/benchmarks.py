"""The page about what was measured, and the few lines of it in README.md: made of benchmarks/results/."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from hub_build.docs.bars import drawn, rows_of
from hub_build.measured.files import RESULTS, read_results
from hub_build.measured.markdown import (
    goal_lines,
    grid,
    machine_words,
    missing_lines,
    number,
    ratio_lines,
    table_lines,
)
from hub_build.measured.model import Result, Row, Table

COMMAND = "make bench"

INTRODUCTION = """\
# Benchmarks

<!-- Written by `make schema` from benchmarks/results/. -->

What `make bench` measured. Whatever is compared was measured in turns, in the same rounds, so that what else the
machine did hit all alike: the ratios can be relied on more than the numbers. A number is the median of its rounds. Hubs
are asked by the same client, with the same servers; peers are installed by npm and PyPI in exact versions.
[How it is done, and how to add a peer]({address}).
"""
ADDRESS = "https://github.com/mcp-hub-launch/registry/blob/main/benchmarks/README.md"

# For README.md: what is said of it, the benchmark, and which of its numbers.
HEADLINES = (
    ("a call, p50 ms", "calls", "p50"),
    ("calls/s, 16 in flight", "calls", "many"),
    ("20 servers: complete list after, s", "start", "listed"),
    ("the hub's own memory beside them, MB", "start", "rss"),
)
OURS = "hub-launch"


def page() -> str:
    """The page in Markdown."""
    results = read_results(RESULTS)
    parts = [INTRODUCTION.format(address=ADDRESS), *_machines(results), "", *_goals(results)]
    return "\n".join([*parts, *(line for result in results for line in _section(result))]) + "\n"


def headlines() -> str:
    """The few lines of README.md: a column for each hub."""
    return "\n".join(_headlines(read_results(RESULTS))) + "\n"


def _machines(results: Sequence[Result]) -> Iterator[str]:
    """Where and when, a line for each machine, day and kind of run."""
    yield from ("| benchmarks | date | commit | machine |", "|---|---|---|---|")
    for (machine, date, commit, quick), some in groupby(
        results, key=lambda one: (machine_words(one.machine), one.date.date(), one.commit, one.quick)
    ):
        names = ", ".join(f"`{one.benchmark}`" for one in some)
        yield f"| {names}{' (quick)' if quick else ''} | {date} | {commit} | {machine} |"


def _goals(results: Sequence[Result]) -> Iterator[str]:
    goals = [goal for result in results for goal in result.goals()]
    reached = sum(goal.met is True for _, goal in goals)
    yield from (
        "## Goals",
        "",
        f"{reached} of {len(goals)} are reached. They were set before anything was measured.",
        "",
    )
    yield from goal_lines(goals)


def _section(result: Result) -> Iterator[str]:
    yield from ("", f"## {result.title}", "", *_circumstances(result))
    for place, table in enumerate(result.tables):
        yield from ("", f"### {table.title}", "", table.about)
        yield from _plots(table, f"plot-{result.benchmark}-{place}")
        yield from ("", *table_lines(table), *ratio_lines(table), *missing_lines(table))


def _circumstances(result: Result) -> Iterator[str]:
    """The command, and what it takes to believe the numbers."""
    took = f"{result.seconds:.0f} s" if result.seconds < 120 else f"{result.seconds / 60:.0f} minutes"
    load = f"load {result.load.before:.1f} before, {result.load.after:.1f} after"
    yield f"`{result.command}`, {result.date:%Y-%m-%d %H:%M} UTC, {took}; {load}. Compared: {result.ratio}."
    if result.busy:
        yield from ("", "**Others used the machine too: ratios alone say something, and not much.**")
    if result.peers:
        yield from ("", f"Peers: {', '.join(result.peers)}.")


def _plots(table: Table, prefix: str) -> Iterator[str]:
    columns = [column for column in table.compared() if len(rows_of(table, column)) > 1]
    if columns:
        figures = (drawn(table, column, f"{prefix}-{column.key}") for column in columns)
        yield from ("", f'<div class="hub-plots">{"".join(figures)}</div>')


def _headlines(results: Sequence[Result]) -> Iterator[str]:
    by_name = {result.benchmark: result for result in results}
    lines = [(what, _firsts(by_name[name], key)) for what, name, key in HEADLINES if name in by_name]
    hubs = list(dict.fromkeys([OURS, *(hub for _, values in lines for hub in values)]))
    yield from grid(["", *hubs], [[what, *(number(one.get(hub)) for hub in hubs)] for what, one in lines])
    used = [by_name[name] for name in dict.fromkeys(name for _, name, _ in HEADLINES) if name in by_name]
    if used:
        busy = ", on a machine that others used too" if any(one.busy for one in used) else ""
        command = COMMAND + (' ARGS="--quick"' if used[0].quick else "")
        yield f"\n`{command}`, {used[0].date:%Y-%m-%d}, {used[0].machine.cores} cores{busy}."


def _firsts(result: Result, key: str) -> dict[str, float]:
    """The number of each hub: of the first row that is its, which is what older clients see."""
    rows = (row for table in result.tables for row in table.rows if row.kind != "reference" and key in row.numbers)
    firsts: dict[str, float] = {}
    for row in rows:
        firsts.setdefault(_hub(row), row.numbers[key].median)
    return firsts


def _hub(row: Row) -> str:
    return row.name.partition(",")[0]
