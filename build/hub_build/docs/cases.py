"""The numbered cases of `tests/hostile/cases/`: what strangers and accidents may do, and which tests prove what holds.

Read by the page about them, by the README's table, and by pytest, which runs just these tests with `-m hostile`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "tests" / "hostile" / "cases"

# What an example or a server of these folders is to whoever runs tests.
_EXAMPLES = "tests/hub_launch/judge/test_examples.py::test_an_invalid_example_has_exactly_the_findings_it_states"
_SERVERS = "tests/hostile/test_cases.py::test_a_hostile_server_harms_itself_alone"
# Tests of one group are told apart from others by pytest-xdist with a word behind their names.
_GROUP = re.compile(r"@[^@\]]*$")


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a case.

    name: a test below `tests/`, an example (`invalid/...`) or a hostile server (`servers/...`).
    """

    name: str

    @property
    def words(self) -> str:
        """Its name for people."""
        return self.name.rpartition("::")[2].removesuffix(".yaml").removesuffix(".py")

    @property
    def path(self) -> str:
        """The file, as seen from the checkout."""
        if self.name.startswith("invalid/"):
            return f"tests/examples/{self.name}"
        return f"tests/{'hostile/' if self._server else ''}{self.name.partition('::')[0]}"

    @property
    def file(self) -> str:
        """The file with the test, as seen from the checkout."""
        return self.node.partition("::")[0]

    @property
    def place(self) -> str:
        """The test's name for pytest without its parameters, or the file where all of it is meant."""
        return self.node.partition("[")[0]

    @property
    def node(self) -> str:
        """Its name for pytest; of a server with variants, the part that they have in common."""
        if self.name.startswith("invalid/"):
            return f"{_EXAMPLES}[{self.name.removeprefix('invalid/')}]"
        if self._server:
            return f"{_SERVERS}[{Path(self.name).stem}]"
        return f"tests/{self.name}"

    @property
    def _server(self) -> bool:
        return self.name.startswith("servers/")

    def is_of(self, node: str) -> bool:
        """Whether a test belongs to it, by its name for pytest: a file, or a test without parameters, is all of it."""
        node = _GROUP.sub("", node)
        wholes = [f"{self.node[:-1]}-"] if self._server else [f"{self.node}[", f"{self.node}::"]
        return node == self.node or node.startswith(tuple(wholes))


@dataclass(frozen=True, slots=True)
class Case:
    """One row. number: as `A1`; never given to another."""

    number: str
    case: str
    expected: str
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the suite: who means harm, and what is promised about all of it."""

    letter: str
    title: str
    promise: str
    cases: tuple[Case, ...]


def read_sections(folder: Path = FOLDER) -> tuple[Section, ...]:
    """All cases, from a file for each section."""
    return tuple(_section(path) for path in sorted(folder.glob("*.yaml")))


def _section(path: Path) -> Section:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 (makes nothing but text)
    cases = tuple(_case(number, row) for number, row in document["cases"].items())
    return Section(path.stem, document["title"], document["promise"], cases)


def _case(number: str, row: Mapping[str, Any]) -> Case:
    return Case(number, row["case"], row["expected"], tuple(map(Proof, row["tests"] or ())))
