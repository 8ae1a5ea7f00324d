"""The MCP project's own tests, a server of ours that offers all that they ask for, and hubs before it."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FIXTURE = (sys.executable, str(HERE / "fixture_server.py"))

# The table that a test proves is a module of its own, since it writes a page too.
_spec = importlib.util.spec_from_file_location("protocol_matrix", HERE / "protocol_matrix.py")
assert _spec
assert _spec.loader
sys.modules["protocol_matrix"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["protocol_matrix"])

SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12"
# One revision's scenarios take five seconds to twenty; this is for a suite that hangs.
SUITE_SECONDS = 240
START_SECONDS = 60

# From the best that can be said of a check to the worst: some are made several times in one scenario.
_VERDICTS = ("SKIPPED", "INFO", "SUCCESS", "WARNING", "FAILURE")
_RESULT = re.compile(r"(?:server-)?(.+)-\d{4}-\d\d-\d\dT[\d-]+Z/checks\.json")

Checks = Mapping[str, str]
"""The verdict on each check, by `<scenario>:<check>`."""


@pytest.fixture(scope="session")
def suite(
    npm_program: Callable[[str, str], list[str]], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Checks]:
    """Runs all scenarios that a revision of the protocol requires, of one side, and says what became of each check."""
    command = npm_program(SUITE, "dist/index.js")

    def run(side: str, revision: str, *words: str, **environ: str) -> Checks:
        folder = tmp_path_factory.mktemp("suite")
        done = subprocess.run(
            [*command, side, "--requirements", revision, "--output-dir", folder, *words],
            env=os.environ | environ,
            capture_output=True,
            text=True,
            timeout=SUITE_SECONDS,
        )
        checks = _checks(folder)
        assert checks, f"the suite tested nothing:\n{done.stdout}\n{done.stderr}"
        return checks

    return run


def _checks(folder: Path) -> Checks:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("checks.json")):
        match = _RESULT.fullmatch(path.relative_to(folder).as_posix())
        assert match, f"the suite calls its results otherwise now: {path}"
        for check in json.loads(path.read_text(encoding="utf-8")):
            found[f"{match[1]}:{check['id']}"].append(check["status"])
    return {name: max(statuses, key=_VERDICTS.index) for name, statuses in found.items()}


class Programs:
    """Programs that print an address when they are ready, and run until the tests are over."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []

    def start(self, *command: str) -> str:
        """The address."""
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self._running.append(process)
        assert process.stdout
        address = process.stdout.readline().strip()
        assert address.startswith(("http://", "unix:")), f"{command} ended with {process.wait(START_SECONDS)}"
        return address

    def end(self) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.wait(START_SECONDS)
            assert process.stdout
            process.stdout.close()


@pytest.fixture(scope="session")
def programs() -> Iterator[Programs]:
    running = Programs()
    yield running
    running.end()


@pytest.fixture(scope="session")
def fixture_command(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Starts the fixture server over standard input and output, without loading its libraries each time."""
    socket = tmp_path_factory.mktemp("forks") / "socket"
    assert programs.start(sys.executable, str(HERE / "fixture_forks.py"), str(socket)) == f"unix:{socket}"
    return [sys.executable, "-S", "-E", str(HERE / "fixture_start.py"), str(socket)]


@pytest.fixture(scope="session")
def fixture_server(programs: Programs) -> Callable[..., str]:
    """Starts the fixture server over HTTP; returns its address."""
    return lambda *words: programs.start(*FIXTURE, "--http", *words)


Servers = Mapping[str, str | Sequence[str] | Mapping[str, Any]]
"""See hub_program.py."""


def _hub_command(servers: Servers, folder: Path) -> list[str]:
    return [sys.executable, str(HERE / "hub_program.py"), str(folder), json.dumps(servers)]


@pytest.fixture(scope="session")
def start_hub(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Servers], str]:
    """Starts a hub of some servers; returns its address without a path."""
    return lambda servers: programs.start(*_hub_command(servers, tmp_path_factory.mktemp("hub")))


@pytest.fixture
def hub_command(tmp_path: Path) -> Callable[[Servers], list[str]]:
    """The command of a hub of some servers that serves whoever starts it, over standard input and output."""
    return lambda servers: [*_hub_command(servers, tmp_path), "--stdio"]
