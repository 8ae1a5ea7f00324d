"""The page of all cases of the hostile suite, and what the README says of it."""

import json

from hub_build.docs.cases import FOLDER, Case, Proof, Section, read_sections
from hub_build.reference import cell

SOURCE = "https://github.com/mcp-hub-launch/registry/blob/main"
# Written by a run in which every case held: `make hostile RECORD=1`.
LAST_RUN = FOLDER / "last-run.json"

INTRODUCTION = """\
# Hostile cases

<!-- Written by `make schema` from tests/hostile/cases/. -->

What strangers and accidents may do to a registry, a launcher, a hub, and what then holds. Every case has a number that
stays its own, and is proven by the tests beside it: with real servers, clients and hosts, on loopback.
[Security](security.md) says what is promised and why; this is how it is known.

    make hostile

runs just these tests, in a fresh clone too, and prints how many cases of each section hold. A case whose test failed,
was skipped (a machine without Podman, say) or was left out counts as not held: it is named with the reason, and the
command fails.

"""


def page() -> str:
    """The page in Markdown."""
    sections = read_sections()
    return INTRODUCTION + _table(sections) + "".join(map(_section, sections))


def table() -> str:
    """How many cases each section has, and when all of them held."""
    return f"{_table(read_sections())}\n{_last_run()}"


def _table(sections: tuple[Section, ...]) -> str:
    rows = [f"| {one.letter} | {cell(one.title)} | {len(one.cases)} | {cell(one.promise)} |" for one in sections]
    whole = f"| | all | {sum(len(one.cases) for one in sections)} | |"
    return "\n".join(["| section | who or what | cases | what holds |", "|---|---|--:|---|", *rows, whole, ""])


def _last_run() -> str:
    said = "`make hostile` runs them all, and fails if one does not hold or was not run"
    if not LAST_RUN.is_file():
        return f"{said}.\n"
    last = json.loads(LAST_RUN.read_text(encoding="utf-8"))
    return f"{said}; last on {last['date']}: all {last['cases']} held.\n"


def _section(section: Section) -> str:
    head = ["", f"## {section.letter}. {section.title}", "", f"{section.promise}.", ""]
    table = ["| | case | expected | proven by |", "|---|---|---|---|", *map(_row, section.cases)]
    return "\n".join([*head, *table, ""])


def _row(case: Case) -> str:
    proofs = "<br>".join(dict.fromkeys(map(_link, case.proofs)))
    return f"| {case.number} | {cell(case.case)} | {cell(case.expected)} | {proofs} |"


def _link(proof: Proof) -> str:
    return f"[`{proof.words}`]({SOURCE}/{proof.path})"
