"""A program's commands as tables, made of their own parsers."""

import argparse
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from hub_build.reference import cell, code

HEAD = ("| argument | meaning |", "|---|---|")

# Options of a group are on the page once: (heading, options). A command has all of a group, or each by itself.
Groups = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """One argument as it is typed, and what it means."""

    typed: str
    meaning: str

    def __str__(self) -> str:
        return f"| {code(self.typed)} | {self.meaning} |"


def commands(
    parsers: Mapping[str, argparse.ArgumentParser], groups: Groups, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """A section for each command, and before them one for each group of options that several of them take.

    more: command -> what else is said of it.
    """
    rows = {name: tuple(_rows(parser)) for name, parser in parsers.items()}
    shared = {heading: _shared(options, rows.values()) for heading, options in groups.items()}
    for heading, of_group in shared.items():
        yield f"### {heading}\n"
        yield from _table(of_group)
    known: dict[tuple[Row, ...], str] = {}
    for name, parser in parsers.items():
        first = known.setdefault(rows[name], name)
        yield from _head(f"### {name}", parser)
        if name in more:
            yield more[name]
        if first != name and len(rows[name]) > 1:
            yield f"It takes what [`{first}`](#{first}) takes.\n"
        else:
            yield from _taken(rows[name], shared)
        for word, inner in inner_parsers(parser).items():
            yield from _head(f"#### {name} {word}", inner)
            yield from _taken(tuple(_rows(inner)), shared)


def inner_parsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of a command's own words."""
    found = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    return {name: inner for one in found for name, inner in one.choices.items()}


def _head(heading: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"{heading}\n"
    if parser.description:
        said = cell(parser.description)
        yield f"{said[:1].upper()}{said[1:]}.\n"


def _taken(rows: Sequence[Row], shared: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """A table of what no group has, and links to the groups."""
    taken = {heading: of_group for heading, of_group in shared.items() if set(of_group) <= set(rows)}
    own = [row for row in rows if not any(row in of_group for of_group in taken.values())]
    if own:
        yield from _table(own)
    links = [f"[{name.lower()}](#{name.lower().replace(' ', '-')})" for name in taken]
    if links:
        yield f"{'Also' if own else 'It takes'} the options for {', '.join(links)}.\n"


def _table(rows: Iterable[Row]) -> Iterator[str]:
    yield from HEAD
    yield from map(str, rows)
    yield ""


def _shared(options: Sequence[str], commands: Iterable[Sequence[Row]]) -> list[Row]:
    """The rows of a group, as the first command that has all of it has them."""
    of_group = ([row for row in rows if re.split("[ ,]", row.typed)[0] in options] for rows in commands)
    return next(rows for rows in of_group if len(rows) == len(options))


def _rows(parser: argparse.ArgumentParser) -> Iterator[Row]:
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction | argparse._HelpAction):
            yield Row(_typed(action), _meaning(action, parser))


def _typed(action: argparse.Action) -> str:
    value = action.metavar if isinstance(action.metavar, str) else ""
    if not value and action.choices is not None:
        value = "|".join(map(str, action.choices)) if action.option_strings else action.dest
    value = value or (action.dest if not action.option_strings else action.dest.upper())
    if action.option_strings:
        return ", ".join(action.option_strings) + ("" if action.nargs == 0 else f" {value}")
    return {"*": f"[{value} ...]", "+": f"{value} ...", "?": f"[{value}]"}.get(str(action.nargs), value)


def _meaning(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    """Its help, with what it stands for filled in as argparse does."""
    text = (action.help or "") % {**vars(action), "prog": parser.prog}
    again = "; may be given again" if isinstance(action, argparse._AppendAction) and "again" not in text else ""
    return cell(text) + again
