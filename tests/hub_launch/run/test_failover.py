"""Servers of several instances and several choices, replayed without processes and without waiting."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from hub_launch.errors import HubError, PassingError
from hub_launch.plan import HttpLaunch, StdioLaunch
from hub_launch.run.alternatives import RETURN_SECONDS
from hub_launch.run.health import Level
from hub_launch.run.instance import DRAIN_SECONDS
from hub_launch.run.link import LinkGone
from hub_launch.run.means import Means
from hub_launch.run.messages import raw
from hub_launch.run.offer import Definition, Greeting, Offer
from hub_launch.run.restart import Failures
from hub_launch.run.state import State
from hub_launch.run.supervisor import Supervisor

OFFER = Offer(greeting=Greeting("legacy", "2025-11-25", Raw(b"{}")))


class World:
    """Time that a test moves, and servers that are up or down as it says."""

    def __init__(self):
        self.now = 1_000.0
        self.asleep = 0.0
        self._sleepers = []
        self.backends = []
        self.down = {}
        self.silent = set()
        self.offers = {}

    def clock(self):
        return self.now

    def boot_clock(self):
        return self.now + self.asleep

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, woken))
        await woken

    async def move(self, seconds, step=1.0):
        """In steps, as whoever is woken may sleep again."""
        while seconds > 0:
            self.now += min(step, seconds)
            seconds -= step
            for due, woken in self._sleepers:
                if due <= self.now and not woken.done():
                    woken.set_result(None)
            self._sleepers = [one for one in self._sleepers if not one[1].done()]
            await settle()

    def connect(self, launch, log, events, era):
        self.backends.append(FakeBackend(self, launch, log, events, era))
        return self.backends[-1]

    def open(self):
        """The addresses, or commands, that are connected now."""
        return [one.place for one in self.backends if one.link and not one.closed]


class Child:
    """A process that ended."""

    exit_code = 1
    ended_because = ""

    def last_words(self):
        return "boom"


class FakeBackend:
    """A connection to a place that is up unless the world says that it is down or silent."""

    child = None

    def __init__(self, world, launch, log, events, era):
        self.world, self.launch, self.log, self.events, self.era = world, launch, log, events, era
        self.place = launch.url if isinstance(launch, HttpLaunch) else launch.argv[-1]
        self.link = None
        self.closed = False
        self.probes = 0

    async def connect(self):
        self.events.may_start()
        if problem := self.world.down.get(self.place):
            raise problem
        self.link = object()
        self.events.child_connected()
        return self.world.offers.get(self.place, OFFER)

    async def probe(self):
        self.probes += 1
        if self.place in self.world.silent:
            raise TimeoutError
        if problem := self.world.down.get(self.place):
            raise problem

    async def died(self):
        return False

    async def close(self):
        self.closed, self.link = True, None

    def crash(self):
        self.link = None
        self.events.child_ended(Child())


async def settle():
    for _ in range(40):
        await asyncio.sleep(0)


@pytest.fixture
def world():
    return World()


@pytest.fixture
async def server(world, tmp_path):
    """Starts a server; returns it, with what clients were told in `.statuses`."""
    supervisors = []

    async def start(launch):
        statuses = []
        means = Means(
            world.connect, world.clock, world.sleep, lambda: Failures(lambda: 0.5),
            boot_clock=world.boot_clock, chance=lambda: 0.5,
        )  # fmt: skip
        supervisor = Supervisor([launch], [], tmp_path, statuses.append, means)
        supervisors.append(supervisor)
        supervisor.start()
        await settle()
        one = supervisor.servers[launch.id]
        one.statuses, one.supervisor = statuses, supervisor
        return one

    yield start
    for supervisor in supervisors:
        await supervisor.close()


def far(place="a", **rest):
    return HttpLaunch("far", "Far", "remote", "streamable-http", f"https://{place}.example", **rest)


@pytest.fixture
def near(launch):
    """A local server whose command ends in a word of the test's."""

    def make(word="one", **rest):
        made = launch("near")
        return replace(made, argv=(*made.argv, word), **rest)

    return make


UNREACHABLE = LinkGone("cannot be reached", "is the network up?", sent=False)
MISSING = HubError("podman is not installed", "install it")


# Instances


async def test_each_instance_has_a_process_and_a_log_of_its_own(server, world, near, tmp_path):
    one = await server(near(instances=3))
    assert world.open() == ["one", "one", "one"]
    assert [backend.log.name for backend in world.backends] == ["near.log", "near.instance2.log", "near.instance3.log"]
    assert (one.status.state, one.status.reason) == (State.READY, "")
    assert len(one.instances) == 3


async def test_clients_are_told_once_that_it_is_up(server, near):
    one = await server(near(instances=2))
    assert [(status.state, status.reason) for status in one.statuses] == [
        (State.STARTING, ""), (State.READY, "1 of 2 instances are up"), (State.READY, ""),
    ]  # fmt: skip


async def test_calls_are_spread_over_them(server, near):
    one = await server(near(instances=2))
    with one.in_use() as first, one.in_use() as second:
        assert {first, second} == set(one.instances)
        assert one.in_flight == 2
    with one.in_use(without=first) as third:
        assert third is second


async def test_what_an_instance_has_to_remember_goes_to_the_first(server, world, near):
    one = await server(near(instances=2))
    for _ in range(3):
        with one.in_use(leading=True) as picked:
            assert picked is one.leader is one.instances[0]
    world.backends[0].crash()
    with one.in_use(leading=True) as picked:
        assert picked is one.instances[1]


async def test_one_that_ended_gets_no_calls_and_comes_back_by_itself(server, world, near):
    one = await server(near(instances=2))
    world.backends[0].crash()
    await settle()
    assert one.status.state is State.DEGRADED
    assert one.status.reason == "1 of 2 instances is out: exited with code 1: boom"
    for _ in range(4):
        with one.in_use() as picked:
            assert picked is one.instances[1]
    await world.move(2)
    assert (one.status.state, one.status.reason) == (State.READY, "")
    assert one.counts.restarts == 1


async def test_one_whose_pipe_closed_gets_no_calls_before_its_end_is_known(server, world, near):
    one = await server(near(instances=2))
    world.backends[0].link = None
    for _ in range(4):
        with one.in_use() as picked:
            assert picked is one.instances[1]


async def test_it_serves_as_long_as_one_of_them_does(server, world, near):
    one = await server(near(instances=2))
    for backend in world.backends[:2]:
        backend.crash()
    await settle()
    assert one.status.state is State.DEGRADED
    world.down["one"] = MISSING
    await world.move(2)
    assert one.status.state is State.FAILED
    assert one.status.reason == "podman is not installed"
    with one.in_use() as picked:
        assert picked is None


async def test_what_they_offer_is_what_the_first_that_serves_does(server, world, near):
    tools = (Definition("echo", raw({"name": "echo", "inputSchema": {}})),)
    world.offers["one"] = replace(OFFER, tools=tools)
    one = await server(near(instances=2))
    assert (one.offer.tools, one.status.tools) == (tools, 1)


async def test_remotes_share_calls_as_processes_do(server, world):
    one = await server(far("a", instances=2, alternatives=(far("b"), far("c"))))
    assert world.open() == ["https://a.example", "https://b.example"]
    assert len(one.instances) == 2


async def test_closing_ends_all(server, world, near):
    one = await server(near(instances=2))
    await one.supervisor.close()
    assert world.open() == []
    assert one.status.state is State.STOPPED


async def test_restarting_restarts_all(server, world, near):
    one = await server(near(instances=2))
    await one.supervisor.restart("near")
    await settle()
    assert one.status.state is State.READY
    assert world.open() == ["one", "one"]
    assert [backend.closed for backend in world.backends] == [True, True, False, False]


async def test_a_restart_is_over_when_they_are_up_again_and_not_while_they_end(server, world, near, monkeypatch):
    one = await server(near(instances=2))
    up, connect = asyncio.Event(), FakeBackend.connect

    async def slowly(backend):
        await up.wait()
        return await connect(backend)

    monkeypatch.setattr(FakeBackend, "connect", slowly)
    await one.supervisor.restart("near")
    over = asyncio.create_task(one.settled(60))
    await settle()
    assert not over.done()
    up.set()
    await over
    assert one.status.state is State.READY


async def test_calls_wait_also_while_all_of_them_end(server, near, monkeypatch):
    one = await server(near(instances=2))
    ended, close = asyncio.Event(), FakeBackend.close

    async def slowly(backend):
        await ended.wait()
        await close(backend)

    monkeypatch.setattr(FakeBackend, "close", slowly)
    restarting = asyncio.create_task(one.supervisor.restart("near"))
    await settle()
    waiting = asyncio.create_task(one.wanted(60))
    await settle()
    waited = not waiting.done()
    ended.set()
    await restarting
    await waiting
    assert waited
    assert one.status.state is State.READY


# Alternatives


async def test_what_cannot_be_started_is_replaced_by_the_next_choice(server, world, near):
    world.down["one"] = MISSING
    one = await server(near("one", alternatives=(near("two"), near("three"))))
    assert world.open() == ["two"]
    assert one.status.state is State.READY
    assert one.status.reason == "in the place of test, which is failed: podman is not installed"


async def test_while_it_starts_its_calls_wait_and_nothing_has_failed(server, world, near):
    world.down["one"] = MISSING
    one = await server(near("one", alternatives=(near("two"),)))
    assert State.FAILED not in [status.state for status in one.statuses]
    assert one._settled.is_set()


async def test_when_no_choice_works_all_reasons_are_told(server, world, near):
    world.down |= {"one": MISSING, "two": HubError("uvx is not installed", "install uv")}
    one = await server(near("one", alternatives=(near("two"),)))
    assert one.status.state is State.FAILED
    assert one.status.reason == "uvx is not installed; in the place of test, which is failed: podman is not installed"
    assert one.status.hint == "install uv"


async def test_one_that_ends_too_often_is_replaced(server, world, near):
    await server(near("one", alternatives=(near("two"),)))
    for _ in range(5):
        next(backend for backend in reversed(world.backends) if backend.place == "one").crash()
        await world.move(20)
    assert world.open() == ["two"]


async def test_the_first_choice_is_tried_again_and_answers_from_then_on(server, world, near):
    world.down["one"] = PassingError("the registry did not answer", "")
    one = await server(near("one", alternatives=(near("two"),)))
    await world.move(RETURN_SECONDS - 2)
    world.down.clear()
    assert world.open() == ["two"]
    await world.move(4)
    assert world.open() == ["one"]
    assert (one.status.state, one.status.reason, len(world.open())) == (State.READY, "", 1)


async def test_a_try_that_fails_disturbs_nobody(server, world, near):
    world.down["one"] = MISSING
    one = await server(near("one", alternatives=(near("two"),)))
    with one.in_use() as busy:
        before = one.status
        await world.move(3 * RETURN_SECONDS, step=20)
        assert one.status == one.statuses[-1] == before
        assert one.instances == (busy,)
    assert world.open() == ["two"]


async def test_calls_under_way_are_finished_before_the_alternative_ends(server, world, near):
    world.down["one"] = MISSING
    one = await server(near("one", alternatives=(near("two"),)))
    with one.in_use():
        world.down.clear()
        await world.move(RETURN_SECONDS + 1)
        assert world.open() == ["two", "one"]
        with one.in_use() as next_call:
            assert next_call.backend.place == "one"
    await settle()
    assert world.open() == ["one"]


async def test_where_nothing_serves_the_first_is_tried_again_soon(server, world, near):
    world.down |= {"one": PassingError("the registry did not answer"), "two": MISSING}
    one = await server(near("one", alternatives=(near("two"),)))
    assert one.status.state is State.FAILED
    world.down.pop("one")
    await world.move(5)
    assert (one.status.state, one.status.reason) == (State.READY, "")


async def test_when_the_alternative_fails_too_nobody_waits_for_the_usual_time(server, world, near):
    world.down["one"] = MISSING
    one = await server(near("one", alternatives=(near("two"),)))
    world.down = {"two": MISSING}
    world.backends[-1].crash()
    await world.move(10)
    assert world.open() == ["one"]
    assert one.status.state is State.READY


async def test_restarting_begins_with_the_first_choice(server, world, near):
    world.down["one"] = MISSING
    one = await server(near("one", alternatives=(near("two"),)))
    world.down.clear()
    await one.supervisor.restart("near")
    await settle()
    assert world.open() == ["one"]
    assert one.status.state is State.READY


async def test_a_server_that_is_stopped_stays_so(server, world, near):
    world.down["one"] = MISSING
    one = await server(near("one", alternatives=(near("two"),)))
    await one.supervisor.stop("near")
    world.down.clear()
    await world.move(2 * RETURN_SECONDS, step=20)
    assert world.open() == []
    assert one.status.state is State.STOPPED


async def test_closing_during_a_try_ends_what_is_tried(server, world, near):
    world.down["one"] = MISSING
    one = await server(near("one", alternatives=(near("two"),)))
    world.down.clear()
    world.now += RETURN_SECONDS + 1
    await world.move(0.01)
    await one.supervisor.close()
    assert world.open() == []


async def test_draining_has_a_limit(server, world, near):
    one = await server(near())
    with one.in_use():
        stopping = asyncio.create_task(one.supervisor.stop("near"))
        await settle()
        await world.move(DRAIN_SECONDS - 1)
        assert world.open() == ["one"]
        await world.move(2)
        await stopping
        assert world.open() == []


# Health


async def test_a_remote_that_does_not_answer_is_said_to_and_is_back_when_it_does(server, world):
    one = await server(far("a"))
    world.silent.add("https://a.example")
    await world.move(36)
    assert (one.status.state, one.health.level) == (State.READY, Level.DEGRADED)
    await world.move(20)
    assert (one.status.state, one.health.level) == (State.DEGRADED, Level.UNHEALTHY)
    assert one.status.reason == "it does not answer: nothing came within 5 s"
    world.silent.clear()
    await world.move(10)
    assert (one.status.state, one.status.reason, one.health.level) == (State.READY, "", Level.HEALTHY)


async def test_one_that_stays_unhealthy_is_replaced_by_the_next_choice(server, world):
    one = await server(far("a", alternatives=(far("b"),)))
    world.down["https://a.example"] = UNREACHABLE
    await world.move(60)
    assert world.open() == ["https://b.example"]
    assert one.status.reason.startswith("in the place of remote, which is degraded: cannot be reached")


async def test_one_failed_probe_and_the_others_get_its_calls(server, world):
    one = await server(far("a", instances=2, alternatives=(far("b"),)))
    world.silent.add("https://a.example")
    await world.move(36)
    for _ in range(4):
        with one.in_use() as picked:
            assert picked is one.instances[1]


async def test_one_failed_call_is_as_good_as_a_probe(server):
    one = await server(far("a", instances=2, alternatives=(far("b"),)))
    one.instances[0].checkup.missed(UNREACHABLE)
    for _ in range(4):
        with one.in_use() as picked:
            assert picked is one.instances[1]


async def test_a_process_that_answers_nothing_is_ended_and_started_again(server, world, near):
    one = await server(near())
    world.silent.add("one")
    await world.move(40)
    assert one.status.state is State.DEGRADED
    assert one.status.reason == "was ended: it does not answer: nothing came within 5 s"
    world.silent.clear()
    await world.move(3)
    assert world.open() == ["one"]
    assert one.status.state is State.READY


async def test_one_that_works_on_a_call_is_left_alone(server, world, near):
    one = await server(near())
    world.silent.add("one")
    with one.in_use():
        await world.move(119)
        assert (one.status.state, one.health.level) == (State.READY, Level.DEGRADED)
        # No call may take longer than that.
        await world.move(6)
        assert State.DEGRADED in [status.state for status in one.statuses]


async def test_nobody_is_probed_while_calls_are_answered(server, world, near):
    one = await server(near())
    for _ in range(40):
        await world.move(3)
        one.instances[0].checkup.answered()
    assert world.backends[0].probes == 0


@pytest.mark.parametrize("rest", [{"start": "lazy"}, {"idle_seconds": 3_600}])
async def test_what_may_rest_is_never_probed(server, world, near, rest):
    await server(near(**rest))
    world.backends[-1].events.child_connected()
    await world.move(200)
    assert [backend.probes for backend in world.backends] == [0] * len(world.backends)


async def test_a_machine_that_slept_restarts_nothing(server, world, near):
    one = await server(near(instances=3))
    await world.move(28)
    world.asleep += 8 * 3_600
    world.silent.add("one")
    await world.move(18)
    assert all(backend.probes == 0 for backend in world.backends)
    world.silent.clear()
    await world.move(60)
    assert len(world.backends) == 3
    assert (one.status.state, one.health.level) == (State.READY, Level.HEALTHY)


async def test_health_of_several_is_that_of_each_taken_together(server, world):
    one = await server(far("a", instances=2, alternatives=(far("b"),)))
    await world.move(40)
    assert one.health.level is Level.HEALTHY
    assert one.health.probes.count == 1
    world.silent.add("https://b.example")
    await world.move(60)
    assert one.health.level is Level.DEGRADED
    assert [each.health.level for each in one.instances] == [Level.HEALTHY, Level.UNHEALTHY]
    assert one.status.state is State.DEGRADED
    assert one.status.reason.startswith("1 of 2 instances is out: it does not answer")


# Any history


PLACES = st.sampled_from(["one", "two"])
EVENTS = st.one_of(
    st.tuples(st.just("down"), PLACES, st.sampled_from([MISSING, UNREACHABLE])),
    st.tuples(st.sampled_from(["up", "silent", "heard"]), PLACES),
    st.tuples(st.sampled_from(["crash", "call", "answer"])),
    st.tuples(st.just("pass"), st.sampled_from([1, 7, 40, 310])),
)


async def happen(world, server, calls, event, *about):
    """One thing that happens to a server with two choices."""
    if event == "down":
        world.down[about[0]] = about[1]
    elif event == "up":
        world.down.pop(about[0], None)
    elif event == "silent":
        world.silent.add(about[0])
    elif event == "heard":
        world.silent.discard(about[0])
    elif event == "crash" and (backend := server.backend).link:
        backend.crash()
    elif event == "call":
        calls.append(server.in_use())
        picked = calls[-1].__enter__()
        assert picked in server.instances
    elif event == "answer" and calls:
        calls.pop().__exit__(None, None, None)
    elif event == "pass":
        await world.move(about[0], step=5)
    await settle()


@settings(max_examples=settings.default.max_examples * 2 // 5)
@given(events=st.lists(EVENTS, max_size=15))
def test_whatever_happened_the_first_choice_answers_once_all_is_well_again(events):
    async def play():
        world, calls = World(), []
        launch = StdioLaunch("near", "Near", "test", ("one",))
        launch = replace(launch, alternatives=(replace(launch, argv=("two",)),))
        means = Means(
            world.connect, world.clock, world.sleep, lambda: Failures(lambda: 0.5),
            boot_clock=world.boot_clock, chance=lambda: 0.5,
        )  # fmt: skip
        supervisor = Supervisor([launch], [], Path("nowhere"), lambda status: None, means)
        supervisor.start()
        await settle()
        server = supervisor.servers["near"]
        for event in events:
            await happen(world, server, calls, *event)
            # What serves is connected, or will be with the next call.
            assert len(set(world.open())) <= 2
        for call in calls:
            call.__exit__(None, None, None)
        world.down.clear()
        world.silent.clear()
        await world.move(2 * RETURN_SECONDS + 60, step=10)
        assert (server.status.state, server.status.reason) == (State.READY, "")
        assert world.open() == ["one"]
        await supervisor.close()
        assert world.open() == []

    asyncio.run(play())
