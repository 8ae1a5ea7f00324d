"""Results as Markdown: what `make bench` prints, and the tables of the page."""

from collections.abc import Iterator, Sequence

from hub_build.measured.model import Goal, Machine, Result, Row, Table

_VERDICTS = {True: "reached", False: "**not reached**", None: "not measured"}


def result_lines(result: Result) -> Iterator[str]:
    """All of it, for who watches."""
    yield f"# {result.title} (`{result.benchmark}`), {result.seconds:.0f} s"
    for table in result.tables:
        yield from ("", f"## {table.title}", "", table.about, "", *table_lines(table))
        yield from ratio_lines(table)
        yield from missing_lines(table)
    goals = list(result.goals())
    yield from ("", *goal_lines(goals)) if goals else ()


def machine_words(machine: Machine) -> str:
    """The machine in one line."""
    node = f", Node {machine.node}" if machine.node else ""
    return (
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_gb:g} GB; {machine.kernel}, {machine.filesystem}; "
        f"Python {machine.python}{node}"
    )


def table_lines(table: Table) -> list[str]:
    """The medians."""
    head = ["", *(f"{one.title}{f' ({one.unit})' if one.unit else ''}" for one in table.columns)]
    return grid(head, [[row.name, *_cells(table, row)] for row in table.rows])


def ratio_lines(table: Table) -> Iterator[str]:
    """Ours divided by the others', where anything is; with an empty line before it."""
    for one in _one_each(table):
        yield from ("", *one)


def _one_each(table: Table) -> Iterator[list[str]]:
    others = list(dict.fromkeys(ratio.to for ratio in table.ratios))
    rows = list(dict.fromkeys((ratio.column, ratio.row) for ratio in table.ratios))
    if not rows:
        return
    # Each has one of its own: then a column for each would be empty but for that.
    if len(others) > 1 and len(table.ratios) == len(rows):
        body = [[f"{table.column(one.column).title}: {one.row}", one.to, number(one.value)] for one in table.ratios]
        yield grid(["", "divided by", "is"], body, words=2)
        return
    body = []
    for column, row in rows:
        found = (table.ratio(row, to, column) for to in others)
        body.append([f"{table.column(column).title}: {row}", *(number(one.value if one else None) for one in found)])
    yield grid(["ours divided by", *others], body)


def missing_lines(table: Table) -> Iterator[str]:
    """Who could not be measured; with an empty line before each."""
    for row, why in table.missing.items():
        yield from ("", f"Not measured: {row}: {why}")


def goal_lines(goals: Sequence[tuple[Table, Goal]]) -> list[str]:
    """The goals, with what came out."""
    body = [[table.title, goal.text, wanted(goal), number(goal.value), verdict(goal)] for table, goal in goals]
    return grid(["", "goal", "wanted", "measured", ""], body, words=2)


def wanted(goal: Goal) -> str:
    """The limit."""
    return f"{'≥' if goal.at_least else '≤'} {goal.limit:g}"


def verdict(goal: Goal) -> str:
    """Whether it was reached, in words."""
    return _VERDICTS[goal.met]


def number(value: float | None) -> str:
    """As many digits as say something."""
    if value is None:
        return "-"
    size = abs(value)
    if value == round(value) or size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 0.1 else f"{value:.2g}"


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> list[str]:
    """A table whose first columns, `words` of them, are text, and all others numbers."""
    lines = [head, [*("--" for _ in head[:words]), *("--:" for _ in head[words:])], *rows]
    return [f"| {' | '.join(one.replace('|', '&#124;') for one in line)} |" for line in lines]


def _cells(table: Table, row: Row) -> Iterator[str]:
    for column in table.columns:
        yield number(row.numbers[column.key].median if column.key in row.numbers else None)
