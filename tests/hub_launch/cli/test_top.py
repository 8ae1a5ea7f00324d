"""What a person sees of a running hub, on a real terminal."""

import asyncio
import os
import sys

import pexpect
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from hub_launch.cli.status import mebibytes, milliseconds

PATIENCE_SECONDS = 40


@pytest.fixture
def hub(publish, entry, fake_npx, served):
    """A hub with the server aa."""
    publish([entry("aa"), entry("bb")])
    fake_npx(tools=["echo"])
    one = served("aa", "--yes")
    assert one.address
    return one


@pytest.fixture
def terminal(tmp_path):
    """Opens terminals in which a command line runs."""
    sessions = []

    def start(*words):
        places = {"REGISTRY": "site", "CACHE_DIR": "cache", "STATE_DIR": "state", "CONFIG_DIR": "config"}
        environ = os.environ | {f"HUB_{name}": str(tmp_path / path) for name, path in places.items()}
        code = "from hub_launch.cli.main import entrypoint; entrypoint()"
        sessions.append(
            pexpect.spawn(
                sys.executable, ["-P", "-c", code, *words], env=environ | {"TERM": "xterm"},
                encoding="utf-8", dimensions=(30, 140), timeout=PATIENCE_SECONDS,
            )
        )  # fmt: skip
        return sessions[-1]

    yield start
    for session in sessions:
        session.close(force=True)


def row(*cells):
    """A row of a table, whatever is between its cells: spaces, and how the terminal is to draw them."""
    return r"(?:\s|\x1b\[[0-9;?]*[A-Za-z])+".join(cells)


def end(session):
    session.expect(pexpect.EOF)
    session.wait()
    return session.exitstatus


def call(hub):
    async def ask():
        async with Client(StreamableHttpTransport(f"{hub.address}/mcp")) as client:
            await client.call_tool("aa_echo", {})

    asyncio.run(ask())


def test_status_is_a_table_with_a_row_for_each_server(hub, terminal):
    call(hub)
    session = terminal("status")
    session.expect(rf"at {hub.address}/mcp, process {hub.process.pid}")
    session.expect(row("server", "state", "tools", "calls", "now", "median", "restarts", "memory"))
    session.expect(row("aa", "ready", "1", "1", "0", r"\d+\.\d ms", "0", r"\d+ MB"))
    assert end(session) == 0


def test_top_goes_on_until_ctrl_c_and_shows_what_has_changed(hub, terminal):
    session = terminal("top")
    session.expect(row("aa", "ready", "1", "0", "0"))
    call(hub)
    session.expect(row("aa", "ready", "1", "1", "0", r"\d+\.\d ms"))
    session.sendintr()
    assert end(session) == 0


def test_top_ends_with_the_hub(hub, terminal):
    session = terminal("top")
    session.expect("ready")
    hub.end()
    session.expect("The hub ended.")
    assert end(session) == 0


def test_top_needs_a_terminal(cli):
    ran = cli("top")
    assert ran.code == 2
    assert "`hub-launch status` is for scripts" in ran.err


def test_what_is_added_is_asked_about_and_a_refusal_adds_nothing(hub, terminal, cli):
    session = terminal("add", "bb")
    session.expect(r"runs\s+/\S+/npx --yes @somebody/demo@1.2.3")
    session.expect(r"Start this server\? \[y/N\] ")
    session.sendline("n")
    session.expect("error: Nothing was started")
    assert end(session) == 4
    assert "bb" not in cli("status").out
    session = terminal("add", "bb")
    session.expect(r"Start this server\? \[y/N\] ")
    session.sendline("y")
    session.expect("bb: ready, 1 tool")
    assert end(session) == 0
    assert "bb\tready" in cli("status").out


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.00012, "0.1 ms"), (0.0123, "12.3 ms"), (0.9999, "999.9 ms"), (1.26, "1.3 s")]
)
def test_times_are_as_people_read_them(seconds, shown):
    assert milliseconds(seconds) == shown


def test_a_size_that_is_not_known_is_left_out():
    assert (mebibytes(None), mebibytes(3_500_000_000)) == ("", "3,338 MB")
