"""Histories of servers that end and come back, replayed without processes and without waiting."""

import asyncio
from collections import deque

import pytest
from msgspec import Raw
from tests.clock import Time, settle

from hub_launch.errors import HubError
from hub_launch.run.means import Means
from hub_launch.run.offer import Greeting, Offer
from hub_launch.run.restart import Failures
from hub_launch.run.state import State
from hub_launch.run.supervisor import Supervisor


async def until(condition):
    """Judging is done in a thread, for which time has to pass."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)


GREETING = Greeting("legacy", "2025-11-25", Raw(b"{}"), instructions="hello")


class Child:
    """A process that ended."""

    exit_code = 3
    ended_because = ""

    def last_words(self):
        return "fatal: out of luck"


class FakeBackend:
    """A server whose starts go as a test says: True for well, or the error."""

    def __init__(self, script, launch, events, era):
        self.launch = launch
        self.events = events
        self.era = self.told_era = era
        self.child = self.link = None
        self.closed = False
        self._script = script

    async def connect(self):
        # As the real transport does before it starts a child.
        self.events.may_start()
        self.era = "legacy"
        outcome = self._script.popleft() if self._script else True
        if outcome is not True:
            self.child = Child() if not isinstance(outcome, HubError) else None
            raise outcome
        return Offer(greeting=GREETING)

    async def close(self):
        self.closed = True


@pytest.fixture
def time():
    return Time()


@pytest.fixture
async def history(launch, tmp_path, time):
    """Starts one server whose starts go as scripted; returns it, with its statuses in `.statuses`."""
    supervisors = []

    async def play(*script, judge=None):
        outcomes, statuses, backends = deque(script), [], []

        def connect(launch, log, events, era):
            backends.append(FakeBackend(outcomes, launch, events, era))
            return backends[-1]

        means = Means(connect, time.clock, time.sleep, lambda: Failures(lambda: 0.5), judge=judge)
        supervisor = Supervisor([launch("tiny")], [], tmp_path, statuses.append, means)
        supervisors.append(supervisor)
        supervisor.start()
        await settle()
        server = supervisor.servers["tiny"]
        server.statuses, server.backends, server.supervisor = statuses, backends, supervisor
        return server

    yield play
    for supervisor in supervisors:
        await supervisor.close()


async def crash(server):
    server.instances[0].child_ended(Child())
    await settle()


async def test_a_server_that_ended_is_started_again_after_a_second(history, time):
    server = await history()
    await crash(server)
    assert server.status.state is State.DEGRADED
    assert server.status.reason == "exited with code 3: fatal: out of luck"
    await time.move(0.9)
    assert server.status.state is State.DEGRADED
    await time.move(0.2)
    assert server.status.state is State.READY
    assert server.status.reason == ""


async def test_each_end_doubles_the_wait(history, time):
    server = await history()
    for wait in (1, 2, 4, 8):
        await crash(server)
        await time.move(wait - 0.1)
        assert server.status.state is State.DEGRADED
        await time.move(0.2)
        assert server.status.state is State.READY


async def test_the_first_end_does_not_keep_the_next_call_waiting(history):
    server = await history()
    await crash(server)
    server.instances[0].may_start()
    assert server.status.hint == "the next call starts it again"


async def test_later_ends_do_and_the_caller_is_told(history, time):
    server = await history()
    await crash(server)
    await time.move(1.1)
    await crash(server)
    with pytest.raises(HubError, match=r"server 'tiny' is degraded: exited with code 3.*started again by itself"):
        server.instances[0].may_start()
    await time.move(2.1)
    server.instances[0].may_start()


async def test_a_server_that_a_call_brought_back_is_not_started_a_second_time(history, time):
    server = await history()
    await crash(server)
    server.instances[0].child_connected()
    changes = len(server.statuses)
    await time.move(60)
    assert len(server.statuses) == changes


async def test_five_ends_within_ten_minutes_are_enough(history, time):
    server = await history()
    for _ in range(4):
        await crash(server)
        await time.move(60)
        assert server.status.state is State.READY
    await crash(server)
    assert server.status.state is State.FAILED
    assert "failed 5 times within 10 minutes and is left alone" in server.status.hint
    await time.move(10_000)
    assert server.status.state is State.FAILED


async def test_five_ends_in_a_day_are_not(history, time):
    server = await history()
    for _ in range(10):
        await crash(server)
        await time.move(3_600)
        assert server.status.state is State.READY


async def test_a_server_whose_offer_is_refused_is_quarantined_and_its_process_ended(history, time):
    refusals = ["1 new (bcc)"]
    server = await history(judge=lambda *about: refusals[0])
    await until(lambda: server.status.state is State.QUARANTINED)
    assert server.status.reason == "its tools are not those that were agreed to: 1 new (bcc)"
    assert "`hub-launch approve tiny`" in server.status.hint
    assert (server.serving, server.listed, server.offer.tools) == (False, False, ())
    await until(lambda: server.backends[0].closed)
    await time.move(10_000)
    assert server.status.state is State.QUARANTINED


async def test_once_it_is_agreed_to_a_restart_serves_it(history):
    refusals = ["1 new (bcc)", ""]
    server = await history(judge=lambda *about: refusals.pop(0))
    await until(lambda: server.status.state is State.QUARANTINED)
    await server.supervisor.restart("tiny")
    await until(lambda: server.status.state is State.READY)


async def test_what_changes_while_it_serves_is_judged_too(history, time):
    refusals = ["", "1 changed (send)"]
    server = await history(judge=lambda *about: refusals.pop(0))
    await until(lambda: server.status.state is State.READY)
    server.backends[-1].link = object()
    server.instances[0].child_connected()
    await settle()
    await time.move(1)
    await until(lambda: server.status.state is State.QUARANTINED)


async def test_a_start_that_fails_is_tried_again_until_it_works(history, time):
    server = await history(RuntimeError("no network"), RuntimeError("no network"), True)
    assert server.status.state is State.FAILED
    assert server.status.hint.endswith("; it is tried again")
    await time.move(1.1)
    assert server.status.state is State.FAILED
    await time.move(2.1)
    assert server.status.state is State.READY
    assert server.offer.instructions == "hello"
    assert [one.closed for one in server.backends] == [True, True, False]


async def test_a_start_that_always_fails_is_given_up(history, time):
    server = await history(*[RuntimeError("broken")] * 9)
    for _ in range(9):
        await time.move(100)
    assert "left alone" in server.status.hint
    assert len(server.backends) == 5


async def test_a_program_that_is_missing_is_not_looked_for_again(history, time):
    server = await history(HubError("npx is not installed", "install Node.js"))
    await time.move(100)
    assert (server.status.state, server.status.hint) == (State.FAILED, "install Node.js")
    assert len(server.backends) == 1


async def test_what_was_learnt_of_the_protocol_is_kept_for_the_next_try(history, time):
    server = await history(RuntimeError("first"))
    await time.move(1.1)
    assert [one.told_era for one in server.backends] == [None, "legacy"]


async def test_a_server_that_is_stopped_is_not_started_again(history, time):
    server = await history()
    await crash(server)
    await server.close()
    await time.move(100)
    assert server.status.state is State.STOPPED


async def test_a_server_that_ends_again_waits_as_long_as_two_failures_want(history, time):
    server = await history(True, True)
    await crash(server)
    server.instances[0].child_connected()
    await crash(server)
    await time.move(1)
    assert server.status.state is State.DEGRADED
    await time.move(1)
    assert server.status.state is State.READY
