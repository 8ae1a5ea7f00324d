import asyncio
import sys

import pytest

from hub_launch.errors import HubError
from hub_launch.plan import HttpLaunch, StdioLaunch
from hub_launch.run.backend import Backend
from hub_launch.run.means import Means
from hub_launch.run.queue import StartQueue
from hub_launch.run.state import State
from hub_launch.run.supervisor import Supervisor, failed


@pytest.fixture
def states():
    """The states that a server went through, in their order."""
    return lambda supervisor, name: [status.state for status in supervisor.changes if status.id == name]


@pytest.fixture
def short_start(monkeypatch):
    """A start may take no longer than this."""
    for module in ("instance", "backend", "reasons"):
        monkeypatch.setattr(f"hub_launch.run.{module}.START_SECONDS", 1)


async def settled(supervisor):
    supervisor.start()
    async with asyncio.timeout(30):
        await supervisor.settled()
    return {status.id: status for status in supervisor.statuses()}


async def test_a_server_goes_from_pending_to_ready(supervise, launch, states):
    supervisor = supervise(launch("tiny", tools=["a", "b", "c"]))
    (status,) = supervisor.statuses()
    assert status.state is State.PENDING
    now = await settled(supervisor)
    assert states(supervisor, "tiny") == [State.STARTING, State.READY]
    assert now["tiny"].tools == 3
    assert now["tiny"].seconds > 0
    assert supervisor.servers["tiny"].serving


async def test_statuses_are_in_the_order_that_was_asked_for(supervise, launch):
    supervisor = supervise(launch("bb"), launch("aa"), unplanned=[failed("cc", "C", "npm", HubError("no"))])
    assert [status.id for status in supervisor.statuses()] == ["bb", "aa", "cc"]


@pytest.mark.usefixtures("short_start")
async def test_what_fails_fails_alone_and_says_why(supervise, launch, tmp_path, dead_url, states):
    supervisor = supervise(
        launch("good"),
        launch("silent", exit=0),
        launch("talking", exit=1, stderr="Traceback\nValueError: no API key for hunter2\n", secrets=["hunter2"]),
        launch("hanging", hang_on=["initialize", "server/discover"], stderr="loading the model\n"),
        StdioLaunch("missing", "Missing", "test", (str(tmp_path / "nowhere"),)),
        HttpLaunch("far", "Far", "remote", "streamable-http", f"{dead_url}/mcp"),
        launch("fine", era="modern"),
        unplanned=[failed("unplanned", "Unplanned", "npm", HubError("npx is not installed", "install Node.js"))],
    )
    now = await settled(supervisor)
    assert {name: status.state for name, status in now.items() if status.state is State.READY} == {
        "good": State.READY,
        "fine": State.READY,
    }
    assert {status.state for name, status in now.items() if name not in ("good", "fine")} == {State.FAILED}
    logs = tmp_path / "logs"
    assert (now["silent"].reason, now["silent"].hint) == (
        "exited with code 0 and said nothing",
        f"see {logs / 'silent.log'}; it is tried again",
    )
    assert now["talking"].reason == "exited with code 1: ValueError: no API key for ***"
    assert now["hanging"].reason == "did not answer within 1 s; it said: loading the model"
    assert now["missing"].reason.startswith(f"{tmp_path / 'nowhere'} cannot be started: ")
    assert now["far"].reason.startswith("cannot be reached: ")
    assert "network" in now["far"].hint
    assert (now["unplanned"].reason, now["unplanned"].hint) == ("npx is not installed", "install Node.js")
    assert states(supervisor, "talking")[:2] == [State.STARTING, State.FAILED]


async def test_a_server_that_could_not_be_planned_is_told_as_failed(supervise, launch, states):
    supervisor = supervise(launch(), unplanned=[failed("x", "X", "npm", HubError("npx is not installed"))])
    await settled(supervisor)
    assert states(supervisor, "x") == [State.FAILED]


async def test_a_reason_holds_no_secret_and_nothing_unprintable(supervise, launch):
    stderr = "\x1b[31merror: key it's\thunter2 refused\x1b[0m\n"
    now = await settled(supervise(launch("x", exit=1, stderr=stderr, secrets=["it's\thunter2"])))
    assert now["x"].reason == "exited with code 1: \\x1b[31merror: key *** refused\\x1b[0m"


async def test_a_signal_that_ended_a_server_is_named(supervise, python_launch):
    now = await settled(supervise(python_launch("import os; os.kill(os.getpid(), 9)")))
    assert now["code"].reason == "was ended by SIGKILL and said nothing"


async def test_a_server_that_dies_in_a_call_is_degraded_until_the_next_one(supervise, launch, states, call, until):
    supervisor = supervise(launch("tiny", tools=["pid", "die"]))
    await settled(supervisor)
    server = supervisor.servers["tiny"]
    with pytest.raises(Exception, match="connection closed"):
        await call(server.backend, "die")
    await until(lambda: server.status.state is State.DEGRADED)
    assert server.status.reason == "exited with code 3: fatal error: asked to die"
    assert server.status.hint == "the next call starts it again"
    assert server.serving
    await call(server.backend, "pid")
    assert server.status.state is State.READY
    assert server.status.reason == ""
    assert states(supervisor, "tiny") == [State.STARTING, State.READY, State.DEGRADED, State.READY]


async def test_closing_ends_every_process_whatever_state_it_is_in(supervise, launch, alive, states):
    supervisor = supervise(
        launch("ready"),
        launch("stubborn", ignore_eof=True),
        launch("starting", hang_on=["initialize", "server/discover"]),
        launch("gone", exit=1),
    )
    supervisor.start()
    await supervisor.servers["ready"].settled(20)
    await supervisor.servers["stubborn"].settled(20)
    await supervisor.servers["gone"].settled(20)
    children = [server.backend.child for server in supervisor.servers.values()]
    # The one that is gone may be between two tries.
    pids = [child._process.pid for child in children if child]
    assert alive(pids[2])
    async with asyncio.timeout(20):
        await supervisor.close()
    assert not any(alive(pid) for pid in pids)
    assert states(supervisor, "ready")[-1] is State.STOPPED
    assert states(supervisor, "gone")[-1] is State.FAILED


async def test_closing_before_starting_does_nothing(supervise, launch):
    supervisor = supervise(launch())
    await supervisor.close()
    assert supervisor.changes == []


async def test_closing_twice_does_nothing_more(supervise, launch):
    supervisor = supervise(launch())
    await settled(supervisor)
    await supervisor.close()
    changes = list(supervisor.changes)
    await supervisor.close()
    assert supervisor.changes == changes


async def test_a_server_that_failed_is_not_left_running(supervise, launch, alive, monkeypatch, until):
    for module in ("instance", "backend", "reasons"):
        monkeypatch.setattr(f"hub_launch.run.{module}.START_SECONDS", 0.5)
    supervisor = supervise(launch("x", hang_on=["initialize", "server/discover"], ignore_eof=True))
    await settled(supervisor)
    pid = supervisor.servers["x"].backend.child._process.pid
    await until(lambda: not alive(pid))


async def test_waiting_for_a_slow_start_ends_when_patience_does(supervise, launch):
    supervisor = supervise(launch("slow", hang_on=["initialize", "server/discover"]))
    supervisor.start()
    await supervisor.settled(0.1)
    assert supervisor.statuses()[0].state is State.STARTING


async def test_patience_is_counted_from_the_start_and_runs_out(supervise, launch):
    supervisor = supervise(launch())
    server = supervisor.servers["tiny"]
    assert server.patience(60) == pytest.approx(60, abs=1)
    supervisor.start()
    await supervisor.settled(20)
    assert 0 < server.patience(60) < 60
    assert server.patience(0) == 0
    server.instances[0].began -= 100
    assert server.patience(60) == 0


async def test_whoever_subscribes_is_told_every_later_change(supervise, launch):
    supervisor = supervise(launch())
    heard = []
    supervisor.subscribe(heard.append)
    await settled(supervisor)
    assert heard == supervisor.changes
    assert len(heard) == 2


async def test_each_server_has_a_log_of_its_own(supervise, launch, tmp_path):
    supervisor = supervise(launch("aa", stderr="I am aa"), launch("bb", stderr="I am bb"))
    await settled(supervisor)
    await supervisor.close()
    assert (tmp_path / "logs" / "aa.log").read_text() == "I am aa"
    assert (tmp_path / "logs" / "bb.log").read_text() == "I am bb"


async def test_a_program_that_prints_without_end_fails_alone(supervise, launch, python_launch, short_start):
    code = f"import os\nwhile True: os.write(1, b'x' * 65536)  # {sys.version_info.major}"
    supervisor = supervise(launch("good"), python_launch(code))
    now = await settled(supervisor)
    assert now["good"].state is State.READY
    assert now["code"].state is State.FAILED


async def test_as_many_start_at_once_as_there_are_slots(launch, tmp_path):
    starting, most = 0, 0

    class Counted(Backend):
        async def connect(self):
            nonlocal starting, most
            starting += 1
            most = max(most, starting)
            try:
                return await super().connect()
            finally:
                starting -= 1

    launches = [launch(f"s{i}") for i in range(6)]
    means = Means(connect=Counted, queue=lambda: StartQueue(2))
    supervisor = Supervisor(launches, [], tmp_path / "logs", lambda status: None, means)
    try:
        now = await settled(supervisor)
    finally:
        await supervisor.close()
    assert {status.state for status in now.values()} == {State.READY}
    assert (most, starting) == (2, 0)
