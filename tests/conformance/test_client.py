"""The conformance suite finds a hub as good a client of its own servers as the protocol wants one to be.

Each scenario has a server of the suite's, a hub of that server, and a client that uses it through the hub.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("conformance")]

HERE = Path(__file__).parent
START_SECONDS = 60

OPTIONAL = {
    "auth/client-credentials-jwt": "users sign in, and programs do not",
    "auth/client-credentials-basic": "users sign in, and programs do not",
    "auth/enterprise-managed-authorization": "users sign in, and their employers do not do it for them",
    "auth/wif-jwt-bearer": "users sign in, and programs do not",
    "auth/dpop": "the SDK's client has no proofs of possession",
    "auth/dpop-nonce": "the SDK's client has no proofs of possession",
}
"""Extensions of the protocol that the hub has not, with the reason. The suite does not count them either."""

NOT_YET = {}
"""Scenarios that fail today, with the reason."""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """The command that plays a client for a scenario."""
    socket = tmp_path_factory.mktemp("client") / "socket"
    program = subprocess.Popen([sys.executable, HERE / "client_program.py", socket])
    deadline = time.monotonic() + START_SECONDS
    while not socket.exists():
        assert time.monotonic() < deadline, "the program does not start"
        assert program.poll() is None, "the program ended"
        time.sleep(0.05)
    yield f"{sys.executable} -S -E {HERE / 'client_ask.py'} {socket}"
    program.terminate()
    program.wait()


@pytest.mark.parametrize("revision", ["2025-11-25", "2026-07-28"])
def test_the_hub_is_a_client_as_the_protocol_wants_it(suite, client, revision):
    checks = suite("client", revision, "--command", client)
    failed = {name for name, verdict in checks.items() if verdict in ("WARNING", "FAILURE")}
    scenarios = {name.partition(":")[0] for name in checks}
    expected = {name for name in failed if name.partition(":")[0] in OPTIONAL | NOT_YET}
    assert failed - expected == set()
    assert scenarios & NOT_YET.keys() - {name.partition(":")[0] for name in expected} == set(), "that passes now"
