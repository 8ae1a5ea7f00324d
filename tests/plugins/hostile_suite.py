"""`pytest -m hostile`: the tests that prove the numbered cases of `tests/hostile/cases/`, and which cases hold.

A case holds when all its tests passed. One whose test was skipped, deselected or is not there does not: it is named,
and pytest ends as if a test had failed. With HOSTILE_RECORD=1, a run in which all hold leaves the day for the README.
"""

import datetime
import json
import os
from collections import defaultdict

import pytest

from hub_build.docs.cases import read_sections
from hub_build.docs.hostile import LAST_RUN

MARK = "hostile"
SECTIONS = read_sections()
PROOFS = [proof for section in SECTIONS for case in section.cases for proof in case.proofs]
# Proofs by what is told apart quickest of thousands of tests.
_BY_PLACE = defaultdict(list)
for _proof in PROOFS:
    _BY_PLACE[_proof.place].append(_proof)

_FILES = {proof.file for proof in PROOFS}

# Names of the table that no test of the collected files answers to.
UNKNOWN = pytest.StashKey[set]()


def proofs_of(node):
    """What the test that pytest calls `node` proves."""
    places = (node.partition("[")[0].partition("@")[0], node.partition("::")[0])
    return [proof for place in places for proof in _BY_PLACE[place] if proof.is_of(node)]


def problems(case, outcomes):
    """Why a case does not hold. outcomes: what came of each test, empty for one that passed."""
    for proof in case.proofs:
        found = {node: why for node, why in outcomes.items() if proof.is_of(node)}
        if not found:
            yield f"{proof.name}: was not run"
        yield from (f"{node}: {why}" for node, why in found.items() if why)


def pytest_configure(config):
    if config.option.markexpr == MARK and not config.option.collectonly and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Judge(), "hostile-judge")


def pytest_ignore_collect(collection_path, config):
    if config.option.markexpr == MARK and collection_path.is_file():
        return collection_path.relative_to(config.rootpath).as_posix() not in _FILES or None
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    files, proven = set(), set()
    for item in items:
        files.add(item.nodeid.partition("::")[0])
        if found := proofs_of(item.nodeid):
            proven.update(found)
            item.add_marker(MARK)
    config.stash[UNKNOWN] = {proof.name for proof in PROOFS if proof.file in files and proof not in proven}


class Judge:
    """Remembers what came of each test, and says at the end which cases hold."""

    def __init__(self):
        self.outcomes = {}
        self.seconds = {}
        self.broken = {}

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
        elif report.skipped:
            reason = getattr(report, "wasxfail", "") or report.longrepr[2]
            self.outcomes[report.nodeid] = f"not run: {reason.removeprefix('Skipped: ')}"
        else:
            self.outcomes.setdefault(report.nodeid, "")
        if report.when == "call":
            self.seconds[report.nodeid] = report.duration

    def pytest_sessionfinish(self, session):
        cases = [case for section in SECTIONS for case in section.cases]
        found = {case: list(problems(case, self.outcomes)) for case in cases}
        self.broken = {case: why for case, why in found.items() if why}
        if self.broken:
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
        elif os.environ.get("HOSTILE_RECORD"):
            last = {"date": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}", "cases": len(cases)}
            LAST_RUN.write_text(json.dumps(last) + "\n")

    def pytest_terminal_summary(self, terminalreporter):
        say = terminalreporter.write_line
        terminalreporter.section("hostile suite")
        for case, why in self.broken.items():
            say(f"{case.number} does not hold: {case.case}")
            for problem in why:
                say(f"    {problem}")
        say(f"{'':46} cases   hold   slowest")
        for section in SECTIONS:
            held = sum(case not in self.broken for case in section.cases)
            say(f"{section.letter}  {section.title:44} {len(section.cases):4} {held:6} {self._slowest(section):8.1f} s")

    def _slowest(self, section):
        """Seconds that the longest of its tests took, the start of all it needs left out."""
        proofs = {proof for case in section.cases for proof in case.proofs}
        ours = [seconds for node, seconds in self.seconds.items() if not proofs.isdisjoint(proofs_of(node))]
        return max(ours, default=0)
