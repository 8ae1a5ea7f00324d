"""The page about the checks, made of their own words and of what they say about the examples."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from hub_build.reference import cell
from hub_launch.judge.checks import CHECKS, Check
from hub_launch.judge.findings import Finding
from hub_launch.judge.registry import Registry, extended, read_registry

ROOT = Path(__file__).parents[3]
IN_EXAMPLES = "tests/examples/invalid"
EXAMPLES = ROOT / IN_EXAMPLES

INTRODUCTION = """\
# Checks

<!-- Written by `make schema` from launcher/hub_launch/judge/checks/ and tests/examples/. -->

`hub-build check` says what is wrong with an entry: file, line and column, what is wrong with which value, and what to
do. All that is wrong is said at once. The verdict is the worst finding:

- **OK**: nothing is in the way.
- **REVIEW**: it can be published when a person has looked at it.
- **FAIL**: it cannot be published as it is.

Every check has [examples]({address})
of entries that it refuses, and of entries that only just pass; below is the first of each kind.
"""
ADDRESS = "https://github.com/mcp-hub-launch/registry/tree/main/tests/examples"

LOADER = """\
The file is UTF-8 without hidden characters, at most 64 KiB: one YAML document of text, numbers, true and false, lists
and mappings that means the same to every YAML reader. No anchors, tags, merge keys or repeated keys, and nothing
unquoted that some take for a number or a date and others do not.
"""


def page() -> str:
    """The page in Markdown."""
    sections = [_section("load", LOADER, _refused), *(_section(one.name, _words(one), _said_by(one)) for one in CHECKS)]
    return "\n".join([INTRODUCTION.format(address=ADDRESS), *sections])


def _words(check: Check) -> str:
    """What the module of `check` says about itself."""
    return f"{sys.modules[f'hub_launch.judge.checks.{check.name}'].__doc__}".strip() + "\n"


def _said_by(check: Check) -> Callable[[Registry], Iterator[Finding]]:
    def said(registry: Registry) -> Iterator[Finding]:
        for source in registry.sources if check.entry else ():
            yield from check.entry(source) if check.entry else ()
        yield from check.registry(registry) if check.registry else ()

    return said


def _refused(registry: Registry) -> Iterator[Finding]:
    yield from registry.unreadable
    for source in registry.sources:
        yield from source.loaded.findings


def _section(name: str, words: str, said: Callable[[Registry], Iterator[Finding]]) -> str:
    folder = EXAMPLES / name
    examples = sorted(folder.iterdir()) if folder.is_dir() else []
    found = [finding for example in examples for finding in said(_registry(example))]
    first = {(finding.rule, finding.severity): finding for finding in reversed(found)}
    rows = [_row(finding) for finding in sorted(first.values(), key=lambda one: (-one.severity, one.rule))]
    table = ["| finding | verdict | such as | what to do |", "|---|---|---|---|", *rows, ""] if rows else []
    return "\n".join([f"## {name}", "", words, *table])


def _registry(example: Path) -> Registry:
    return read_registry(example) if example.is_dir() else extended(Registry(), [example])


def _row(finding: Finding) -> str:
    cells = (f"`{finding.rule}`", finding.severity.name, _without_paths(finding.message), finding.hint)
    return f"| {' | '.join(map(cell, cells))} |"


def _without_paths(message: str) -> str:
    """`message` with the names alone of files that are examples: where they lie depends on who asks."""
    return " ".join(PurePosixPath(word).name if IN_EXAMPLES in word else word for word in message.split(" "))
