"""The results, for people (Markdown) and for programs (JSON)."""

import os
import platform
import sys
from collections.abc import Sequence
from typing import Any

from hubs.contestants import PEERS
from hubs.samples import Measure, Section, Target

# Beside it, a measurement says more about what else ran.
BUSY_LOAD = 1.0
_VERDICTS = {True: "met", False: "**missed**", None: "not measured"}


def machine(load: float) -> dict[str, Any]:
    """Where and with what it was measured. load: of the last minute before the start, from others."""
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": sys.version.split()[0],
        "load before": round(load, 2),
        "peers": [peer.package for peer in PEERS],
    }


def as_json(where: dict[str, Any], sections: Sequence[Section]) -> dict[str, Any]:
    """Everything, every round's numbers too."""
    return {"machine": where, "sections": [_section_json(one) for one in sections]}


def _section_json(section: Section) -> dict[str, Any]:
    keys = [measure.key for measure in section.measures]
    return {
        "title": section.title,
        "units": {measure.key: measure.unit for measure in section.measures},
        "median": {row: {key: section.value(row, key) for key in keys} for row in section.rows},
        "ratios": {
            row: {
                other: {measure.key: section.ratio(row, other, measure.key) for measure in _compared(section)}
                for other in section.rows
                if other not in section.ours
            }
            for row in section.ours
        },
        "targets": [
            {"what": one.text, "limit": one.limit, "value": one.value, "at least": one.at_least, "met": one.met}
            for one in section.targets
        ],
        "missing": section.missing,
        "rounds": section.rows,
    }


def as_markdown(where: dict[str, Any], sections: Sequence[Section]) -> str:
    """Tables: the numbers, ours divided by each other's, and the targets."""
    head = [
        f"{where['cores']} cores, {where['system']}, Python {where['python']}, "
        f"load before {where['load before']:.1f}; medians over rounds, beside {', '.join(where['peers'])}."
    ]
    if where["load before"] > BUSY_LOAD:
        head.append("The machine was busy with something else: for trying the benchmark out only.")
    return "\n".join([*head, *(line for section in sections for line in _section(section)), *_targets(sections)])


def part_as_markdown(section: Section) -> str:
    """One table, for who watches."""
    return "\n".join([*_section(section), *_targets([section])])


def _section(section: Section) -> list[str]:
    titles = [f"{measure.title} ({measure.unit})" for measure in section.measures]
    lines = ["", f"## {section.title}", "", section.about, ""]
    lines += _table(["", *titles], [[row, *_cells(section, row)] for row in _ordered(section)])
    lines += _ratios(section)
    lines += [f"\nNot measured: {row}: {' '.join(why.split())}" for row, why in section.missing.items()]
    return lines


def _cells(section: Section, row: str) -> list[str]:
    return [_number(section.value(row, measure.key)) for measure in section.measures]


def _ratios(section: Section) -> list[str]:
    """Ours divided by each of the others', of the measures that are compared."""
    pairs = [(row, measure) for measure in _compared(section) for row in section.ours if row in section.rows]
    others = [row for row in _ordered(section) if row not in section.ours]
    if not pairs or not others:
        return []
    body = [
        [f"{one.title}: {row}", *(_number(section.ratio(row, other, one.key)) for other in others)]
        for row, one in pairs
    ]
    return ["", *_table(["ours divided by", *others], body)]


def _targets(sections: Sequence[Section]) -> list[str]:
    rows = [[section.title, *_target(target)] for section in sections for target in section.targets]
    return ["", "## Targets", "", *_table(["", "", "wanted", "measured", ""], rows)] if rows else []


def _target(target: Target) -> list[str]:
    sign = "≥" if target.at_least else "≤"
    return [target.text, f"{sign} {target.limit:g}", _number(target.value), _VERDICTS[target.met]]


def _compared(section: Section) -> list[Measure]:
    return [measure for measure in section.measures if measure.compared]


def _ordered(section: Section) -> list[str]:
    """What was measured: ours, the peers, and the rest."""
    known = [*section.ours, *section.peers]
    return [row for row in known if row in section.rows] + [row for row in section.rows if row not in known]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["--", *("--:" for _ in head[1:])], *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
