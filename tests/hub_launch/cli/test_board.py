import io
import re

import pytest

from hub_launch.cli.board import Board, Plain
from hub_launch.run.health import Level
from hub_launch.run.selection import Selection
from hub_launch.run.state import State, Status
from hub_launch.run.supervisor import Supervisor


def status(state, **rest):
    return Status("time", "Time", "npm", state, **rest)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (status(State.STARTING), "time: starting\n"),
        (status(State.READY, tools=3, seconds=1.26), "time: ready, 3 tools, 1.3 s\n"),
        (status(State.FAILED, reason="no key", hint="set one"), "time: failed: no key (set one)\n"),
        (status(State.FAILED, reason="no key"), "time: failed: no key\n"),
    ],
)
def test_in_a_log_every_change_is_a_line(change, line):
    out = io.StringIO()
    Plain(out).show(change)
    assert out.getvalue() == line


def test_how_well_a_server_answers_is_no_line():
    out = io.StringIO()
    plain = Plain(out)
    for level in (Level.HEALTHY, Level.DEGRADED, Level.HEALTHY):
        plain.show(status(State.READY, tools=3, health=level))
    assert out.getvalue() == "time: ready, 3 tools, 0.0 s\n"


def test_without_a_terminal_changes_are_lines_and_ends_are_not_told():
    out = io.StringIO()
    with Board(out, "http://127.0.0.1:1") as board:
        for state in (State.STARTING, State.STARTING, State.READY, State.STOPPED):
            board.show(status(state))
    assert [line.partition(",")[0] for line in out.getvalue().splitlines()] == ["time: starting", "time: ready"]


async def test_once_ready_it_says_where_everything_is(launch, tmp_path):
    out = io.StringIO()
    with Board(out, "http://127.0.0.1:1") as board:
        supervisor = Supervisor(
            [launch("aa", tools=["a\x1b[2J", "b", "c"]), launch("bb", tools=[]), launch("bad", exit=1)],
            [],
            tmp_path,
            board.show,
        )
        supervisor.start()
        await supervisor.settled(20)
        assert board.ready(supervisor)
        await supervisor.close()
    assert not board.nothing_serves
    said = out.getvalue()
    assert "Tools (2)\n  aa: b, c\n  bb: none\n" in said
    assert "left out: tool 'a\\x1b[2J': its name has characters that no client takes\n" in said
    assert "MCP endpoint   http://127.0.0.1:1/mcp " in said
    assert "one server     http://127.0.0.1:1/servers/aa/mcp\n" in said
    assert "Ready. Ctrl-C ends the hub.\n" in said


async def test_what_definitions_cost_is_said_and_what_a_search_saves(launch, tmp_path):
    out = io.StringIO()
    with Board(out, "http://127.0.0.1:1") as board:
        supervisor = Supervisor([launch("aa", tools=[f"t{n}" for n in range(100)])], [], tmp_path, board.show)
        supervisor.start()
        await supervisor.settled(20)
        board.ready(supervisor)
        supervisor.select(Selection(mode="all"))
        board.ready(supervisor)
        await supervisor.close()
    searched, listed = out.getvalue().split("Ready.")[:2]
    assert "Tools (100)\n  aa: 100\n" in searched
    saved = re.search(r"(\d+) tokens of definitions in the place of ([\d,]+) \(bytes / 4\)", searched)
    assert int(saved[1]) < int(saved[2].replace(",", ""))
    assert "  aa: t0, t1, " in listed
    assert f"an estimated {saved[2]} tokens (bytes / 4)" in listed


def test_where_to_connect_is_said_before_any_server_is_up():
    out = io.StringIO()
    with Board(out, "http://127.0.0.1:1") as board:
        board.open()
    assert out.getvalue() == "Listening at http://127.0.0.1:1/mcp; tools are there as their servers come up.\n"


async def test_when_nothing_serves_it_says_so(launch, tmp_path):
    out = io.StringIO()
    with Board(out, "http://127.0.0.1:1") as board:
        supervisor = Supervisor([launch("bad", exit=1)], [], tmp_path, board.show)
        supervisor.start()
        await supervisor.settled(20)
        assert not board.ready(supervisor)
        await supervisor.close()
    assert board.nothing_serves
    assert out.getvalue().endswith("No server started, so the hub ends.\n")
