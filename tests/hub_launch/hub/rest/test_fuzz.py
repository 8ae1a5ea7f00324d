"""Schemathesis sends what the API's description allows, and what it forbids; `make fuzz` does so for longer."""

import asyncio
import os
import sys

import pytest

SECONDS = int(os.environ.get("FUZZ_SECONDS", "8"))
# The suite tries the same each time; who fuzzes wants to see what nobody saw yet.
SEED = () if "FUZZ_SECONDS" in os.environ else ("--seed=1",)
# A hang guard.
PATIENCE_SECONDS = 120 + 3 * SECONDS


# A server that is down is no defect of the hub's: where its answer is passed on, these are described.
CONFIGURATION = """
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 502, 503, 504]
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


@pytest.mark.parametrize("configuration", [CONFIGURATION, CONFIGURATION + NAMED], ids=["anything", "known servers"])
async def test_schemathesis_finds_nothing(hub, launch, schemathesis, configuration):
    running = await hub(launch("aa", tools=["echo", "fail"]), launch("bad", exit=1))
    code, said = await schemathesis(
        running,
        configuration,
        "--checks=all",
        f"--max-time={SECONDS}",
        *SEED,
        # A stream without an end is an answer that never comes; it has tests of its own.
        "--exclude-path=/v0/events",
    )
    assert code == 0, said
