"""What a person sees and answers, on a real terminal."""

import pexpect
import pytest

pytestmark = pytest.mark.e2e

READY_SECONDS = 120


@pytest.fixture
def terminal(scripts, site, environment, tmp_path):
    sessions = []

    def open_terminal(*words):
        command = ["--registry", str(site), *words]
        sessions.append(
            pexpect.spawn(
                str(scripts / "hub-launch"), command, env=environment | {"TERM": "xterm"}, cwd=str(tmp_path),
                encoding="utf-8", dimensions=(40, 100), timeout=READY_SECONDS,
            )
        )  # fmt: skip
        return sessions[-1]

    yield open_terminal
    for session in sessions:
        session.close(force=True)


def end(session):
    session.expect(pexpect.EOF)
    session.wait()
    return session.exitstatus


def test_the_exact_command_is_shown_and_a_refusal_starts_nothing(terminal):
    session = terminal("time", "--port", "0")
    session.expect(r"runs\s+/\S+/uvx mcp-server-time@2026\.10\.19")
    session.expect(r"Start this server\? \[y/N\] ")
    session.sendline("")
    session.expect("error: Nothing was started")
    assert end(session) == 4
    assert "starting" not in session.before


def test_a_missing_parameter_is_asked_for_then_the_servers_come_up_in_a_table(terminal, tmp_path):
    session = terminal("filesystem", "time", "--port", "0")
    session.expect("filesystem needs folder: A folder the server may read and change")
    session.expect("folder: ")
    session.sendline(str(tmp_path))
    session.expect(r"Start these 2 servers\? \[y/N\] ")
    session.sendline("y")
    session.expect("starting")
    session.expect(r"filesystem\S*\s.*ready")
    session.expect(r"Tools \(16\)")
    session.expect(r"MCP endpoint\s+http://127\.0\.0\.1:\d+/mcp")
    session.expect("Ready. Ctrl-C ends the hub.")
    session.sendintr()
    session.expect("All servers ended.")
    assert end(session) == 0


def test_no_value_for_a_missing_parameter_fails_that_server_with_the_option_to_use(terminal):
    session = terminal("filesystem")
    session.expect("folder: ")
    session.sendline("")
    session.expect("error: filesystem needs folder")
    session.expect("hint: add --set filesystem.folder=")
    assert end(session) == 2
