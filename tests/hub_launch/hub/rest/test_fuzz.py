"""Schemathesis sends what the API's description allows, and what it forbids; `make fuzz` does so for longer."""

import asyncio
import os
import sys

import pytest

from hub_launch.hub.access import Access
from hub_launch.hub.rest.means import Abilities
from hub_launch.judge.overlay import Overlay

TOKEN = "token-0123456789abcdef"
SECONDS = int(os.environ.get("FUZZ_SECONDS", "0"))
# The suite tries a few that are the same each time; who fuzzes wants to see what nobody saw yet.
AMOUNT = (f"--max-time={SECONDS}",) if SECONDS else ("--seed=1", "--max-examples=10")
# A hang guard.
PATIENCE_SECONDS = 240 + 3 * SECONDS

# A server that is down is no defect of the hub's: where its answer is passed on, these are described.
CONFIGURATION = """
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 502, 503, 504]
"""
# Of an entry the checks want more than a schema can say, and a tool may fail whatever it is given.
CONFIGURATION += """
[[operations]]
include-path-regex = "^/v0/publish$|^/v0/servers/[^/]+$|/call$"
checks.positive_data_acceptance.enabled = false
"""
# What is guessed is hardly ever the id of a server.
NAMED = """
[parameters]
"path.id" = "aa"
"path.name" = "aa"
"""


@pytest.fixture
def schemathesis(tmp_path):
    """Runs schemathesis against a hub; returns its exit code and words."""

    async def run(running, configuration, *options):
        (tmp_path / "schemathesis.toml").write_text(configuration)
        command = ("-m", "schemathesis.cli", "run", f"{running.url}/openapi.json", "--no-color", *options)
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            said, _ = await process.communicate()
        return process.returncode, said.decode()

    return run


@pytest.fixture
async def running(hub, launch, tmp_path):
    """A hub that does all that hubs can do."""
    overlay = Overlay(tmp_path / "overlay")
    return await hub(
        launch("aa", tools=["echo", "fail"]),
        launch("bad", exit=1),
        access=Access(token=TOKEN),
        abilities=Abilities(overlay=lambda: overlay),
    )


@pytest.mark.parametrize("configuration", [CONFIGURATION, CONFIGURATION + NAMED], ids=["anything", "known servers"])
async def test_schemathesis_finds_nothing(running, schemathesis, configuration):
    code, said = await schemathesis(
        running,
        configuration,
        f"--header=Authorization: Bearer {TOKEN}",
        *AMOUNT,
        # A stream without an end is an answer that never comes; it has tests of its own.
        "--exclude-path=/v0/events",
    )
    assert code == 0, said
