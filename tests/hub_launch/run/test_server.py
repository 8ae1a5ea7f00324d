"""Starts that are prepared, wait for their turn or for a call; replayed without processes and without waiting."""

import asyncio
from dataclasses import dataclass, replace

import pytest
from msgspec import Raw
from tests.clock import Time, settle

from hub_launch.errors import HubError, PassingError
from hub_launch.plan import HttpLaunch
from hub_launch.run.known import KNOWN_NOTHING, KnownFiles
from hub_launch.run.means import Means
from hub_launch.run.messages import raw
from hub_launch.run.offer import Definition, Greeting, Offer
from hub_launch.run.queue import StartQueue
from hub_launch.run.restart import Failures
from hub_launch.run.selection import Selection
from hub_launch.run.state import State
from hub_launch.run.supervisor import Supervisor

OFFER = Offer(greeting=Greeting("legacy", "2025-11-25", Raw(b"{}"), instructions="hello"))


class World(Time):
    """Time that a test moves, servers that come up when it says, and how launches are prepared."""

    def __init__(self):
        super().__init__()
        self.backends = []
        self.slow = set()
        self.offer = OFFER
        self.preparations = []

    def connect(self, launch, log, events, era):
        self.backends.append(FakeBackend(self, launch, events, era))
        return self.backends[-1]

    async def prepare(self, launch, tell):
        return await self.preparations.pop(0)(launch, tell) if self.preparations else launch

    def connected(self):
        """The servers whose processes were started so far."""
        return [one.launch.id for one in self.backends if one.connected]


class FakeBackend:
    """A server that comes up at once, or when the test says."""

    child = None
    link = None

    def __init__(self, world, launch, events, era):
        self.launch, self.events, self.era = launch, events, era
        self.offer = world.offer
        self.connected = self.closed = False
        self.up = asyncio.Event()
        if launch.id not in world.slow:
            self.up.set()

    async def connect(self):
        self.events.may_start()
        self.connected = True
        await self.up.wait()
        self.era = "legacy"
        return self.offer

    def call(self):
        """What the transport does for the next call to a server without a process."""
        self.events.may_start()
        self.connected = True
        self.events.child_connected()

    async def close(self):
        self.closed = True


@dataclass
class Remembered:
    """What servers offered the last time, the same for all."""

    offer: Offer | None

    def load(self, launch):
        return self.offer

    def save(self, launch, offer):
        self.offer = offer


@pytest.fixture
def world():
    return World()


@pytest.fixture
async def supervise(world, tmp_path):
    made = []

    def make(*launches, slots=2, known=None):
        means = Means(
            world.connect, world.clock, world.sleep, lambda: Failures(lambda: 0.5), world.prepare,
            lambda: StartQueue(slots, world.sleep),
        )  # fmt: skip
        changes = []
        supervisor = Supervisor(launches, [], tmp_path, changes.append, means, Remembered(known))
        supervisor.changes = changes
        made.append(supervisor)
        return supervisor

    yield make
    for supervisor in made:
        await supervisor.close()


def told(supervisor):
    return [(status.state, status.reason) for status in supervisor.changes]


# Preparing


async def test_what_was_prepared_is_started_and_what_it_waits_for_is_told(world, supervise, launch):
    async def prepare(planned, tell):
        tell("installing demo 1")
        tell("")
        return replace(planned, argv=("/cache/demo",))

    world.preparations.append(prepare)
    supervisor = supervise(launch())
    supervisor.start()
    await settle()
    assert supervisor.servers["tiny"].backend.launch.argv == ("/cache/demo",)
    assert told(supervisor) == [(State.STARTING, "installing demo 1"), (State.STARTING, ""), (State.READY, "")]


async def test_a_long_preparation_takes_no_turn_from_the_others(world, supervise, launch):
    installed = asyncio.Event()

    async def prepare(planned, tell):
        await installed.wait()
        return planned

    world.preparations.append(prepare)
    supervisor = supervise(launch("slow"), launch("other"), slots=1)
    supervisor.start()
    await settle()
    assert world.connected() == ["other"]
    installed.set()
    await settle()
    assert world.connected() == ["slow", "other"]


async def test_a_preparation_that_fails_is_the_servers_reason(world, supervise, launch):
    async def fail(planned, tell):
        raise HubError("demo 1 has no program to start", "ask its publisher")

    world.preparations.append(fail)
    supervisor = supervise(launch())
    supervisor.start()
    await settle()
    status = supervisor.servers["tiny"].status
    assert (status.state, status.reason, status.hint) == (
        State.FAILED, "demo 1 has no program to start", "ask its publisher",
    )  # fmt: skip
    await world.move(100)
    assert world.connected() == []


async def test_one_that_may_go_better_later_is_tried_again(world, supervise, launch):
    async def fail(planned, tell):
        tell("installing demo 1")
        raise PassingError("the registry did not answer", "is the network up?")

    world.preparations.append(fail)
    supervisor = supervise(launch())
    supervisor.start()
    await settle()
    assert supervisor.servers["tiny"].status.hint == "is the network up?; it is tried again"
    await world.move(2)
    assert supervisor.servers["tiny"].status.state is State.READY


async def test_a_package_that_was_removed_is_prepared_again_for_the_next_start(world, supervise, launch):
    folders = iter(["/cache/1", "/cache/2"])

    async def prepare(planned, tell):
        return replace(planned, argv=(next(folders),))

    world.preparations += [prepare, prepare]
    supervisor = supervise(launch())
    supervisor.start()
    await settle()
    server = supervisor.servers["tiny"]
    server.instances[0].child_ended(Ended())
    await settle()
    await world.move(2)
    assert server.status.state is State.READY
    assert server.backend.launch.argv == ("/cache/2",)


class Ended:
    exit_code = 1
    ended_because = ""

    def last_words(self):
        return ""


# Turns


async def test_those_whose_turn_has_not_come_say_so(world, supervise, launch):
    world.slow = {"a"}
    supervisor = supervise(launch("a"), launch("b"), slots=1)
    supervisor.start()
    await settle()
    assert supervisor.servers["b"].status.sentence() == "server 'b' is pending: others start first"
    assert [(status.id, status.state) for status in supervisor.changes] == [
        ("a", State.STARTING), ("b", State.PENDING),
    ]  # fmt: skip
    world.backends[0].up.set()
    await settle()
    assert supervisor.servers["b"].status.state is State.READY


async def test_a_server_that_a_call_waits_for_goes_first(world, supervise, launch):
    world.slow = {"a", "b", "c"}
    supervisor = supervise(launch("a"), launch("b"), launch("c"), slots=1)
    supervisor.start()
    await settle()
    await supervisor.servers["c"].settled(0)
    await settle()
    assert world.connected() == ["a", "c"]


async def test_waiting_for_all_hurries_nobody(world, supervise, launch):
    world.slow = {"a"}
    supervisor = supervise(launch("a"), launch("b"), slots=1)
    supervisor.start()
    await supervisor.settled(0)
    await settle()
    assert world.connected() == ["a"]


async def test_the_time_in_the_queue_is_not_the_servers_own(world, supervise, launch):
    world.slow = {"a"}
    supervisor = supervise(launch("a"), launch("b"), slots=1)
    supervisor.start()
    await settle()
    await world.move(2)
    world.backends[0].up.set()
    await settle()
    assert [server.status.seconds for server in supervisor.servers.values()] == [2, 0]


# Lazy and idle


async def test_a_lazy_server_is_started_once_to_ask_what_it_offers(world, supervise, launch):
    supervisor = supervise(replace(launch("lazy"), start="lazy"), launch("eager"), slots=1)
    supervisor.start()
    await settle()
    server = supervisor.servers["lazy"]
    first, second = (backend for backend in world.backends if backend.launch.id == "lazy")
    assert [status.id for status in supervisor.changes][:2] == ["eager", "eager"]
    assert first.closed
    assert server.backend is second
    assert not second.connected
    assert second.era == "legacy"
    assert server.offer == OFFER
    assert server.serving
    assert server.resting
    assert (server.status.state, server.status.reason) == (State.READY, "not running; the next call starts it")
    await supervisor.settled(0)


async def test_a_lazy_server_of_which_that_is_known_is_not_started(world, supervise, launch):
    supervisor = supervise(replace(launch(), start="lazy"), known=OFFER)
    supervisor.start()
    await settle()
    assert world.connected() == []
    assert supervisor.servers["tiny"].serving


async def test_the_package_of_a_lazy_server_is_installed_meanwhile(world, supervise, launch):
    installed = asyncio.Event()

    async def prepare(planned, tell):
        tell("installing demo 1")
        await installed.wait()
        return replace(planned, argv=("/cache/demo",))

    world.preparations.append(prepare)
    supervisor = supervise(replace(launch(), start="lazy"), known=OFFER)
    supervisor.start()
    await settle()
    server = supervisor.servers["tiny"]
    assert server.resting
    installed.set()
    await settle()
    assert server.backend.launch.argv == ("/cache/demo",)
    assert world.connected() == []


async def test_a_lazy_server_that_was_called_before_that_goes_on_as_it_is(world, supervise, launch):
    installed = asyncio.Event()

    async def prepare(planned, tell):
        await installed.wait()
        return replace(planned, argv=("/cache/demo",))

    world.preparations.append(prepare)
    supervisor = supervise(replace(launch(), start="lazy"), known=OFFER)
    supervisor.start()
    await settle()
    server = supervisor.servers["tiny"]
    server.backend.call()
    installed.set()
    await settle()
    assert server.backend.connected
    assert not server.backend.closed


async def test_a_lazy_server_whose_first_start_fails_rests_after_the_next(world, supervise, launch):
    async def fail(planned, tell):
        raise PassingError("the registry did not answer")

    world.preparations.append(fail)
    supervisor = supervise(replace(launch(), start="lazy"))
    supervisor.start()
    await settle()
    assert supervisor.servers["tiny"].status.state is State.FAILED
    await world.move(2)
    assert supervisor.servers["tiny"].resting


async def test_the_next_call_wakes_it(world, supervise, launch):
    supervisor = supervise(replace(launch(), start="lazy"), known=OFFER)
    supervisor.start()
    await settle()
    server = supervisor.servers["tiny"]
    server.backend.call()
    assert not server.resting
    assert (server.status.state, server.status.reason) == (State.READY, "")


async def test_an_idle_server_rests_until_the_next_call_and_then_again(world, supervise, launch):
    supervisor = supervise(replace(launch(), idle_seconds=60))
    supervisor.start()
    await settle()
    server = supervisor.servers["tiny"]
    for _ in range(2):
        before = server.backend
        await world.move(59)
        assert not server.resting
        await world.move(1)
        assert server.resting
        assert before.closed
        server.backend.call()
        await world.move(0)


async def test_a_server_in_use_does_not_rest_however_long_that_takes(world, supervise, launch):
    supervisor = supervise(replace(launch(), idle_seconds=60))
    supervisor.start()
    await settle()
    server = supervisor.servers["tiny"]
    with server.in_use():
        for _ in range(5):
            await world.move(61)
        assert not server.resting
    await world.move(59)
    assert not server.resting
    await world.move(61)
    assert server.resting


async def test_a_server_elsewhere_has_no_process_to_end(world, supervise):
    supervisor = supervise(HttpLaunch("far", "Far", "remote", "sse", "https://a.example"))
    supervisor.start()
    await settle()
    await world.move(10_000)
    assert not supervisor.servers["far"].resting


async def test_closing_ends_a_server_that_rests_too(world, supervise, launch):
    supervisor = supervise(replace(launch(), start="lazy"))
    supervisor.start()
    await settle()
    await supervisor.close()
    assert all(backend.closed for backend in world.backends)
    assert supervisor.servers["tiny"].status.state is State.STOPPED


# What clients are shown


@pytest.fixture
def selective(launch, tmp_path):
    """A server of three tools that is up, with what the user says of them."""

    async def start(selection, known=KNOWN_NOTHING):
        world = World()
        tools = tuple(Definition(name, raw({"name": name, "inputSchema": {}})) for name in ("read", "write", "drop"))
        world.offer = replace(OFFER, tools=tools)
        means = Means(world.connect, world.clock, world.sleep, selection=selection)
        supervisor = Supervisor([launch("aa")], [], tmp_path, lambda status: None, means, known)
        supervisor.start()
        await supervisor.settled()
        return supervisor

    return start


def shown(server):
    return [tool.name for tool in server.offer.tools]


async def test_hidden_tools_are_none_of_the_offer_and_the_status_says_how_many(selective):
    server = (await selective(Selection(hide=("aa.drop",)))).servers["aa"]
    assert shown(server) == ["read", "write"]
    assert (server.status.tools, server.status.note) == (2, "1 tool is hidden")


async def test_what_is_hidden_is_remembered_for_the_next_time(selective, tmp_path):
    known = KnownFiles(tmp_path / "known")
    await selective(Selection(only=("aa.read",)), known)
    supervisor = await selective(Selection(only=("aa.drop",)), known)
    assert shown(supervisor.servers["aa"]) == ["drop"]


async def test_another_choice_while_it_runs_is_news(selective):
    supervisor = await selective(Selection(hide=("aa.*",)))
    heard = []
    supervisor.subscribe(heard.append)
    supervisor.select(Selection(hide=("aa.write",)))
    assert shown(supervisor.servers["aa"]) == ["read", "drop"]
    assert [status.tools for status in heard] == [2]
    supervisor.select(Selection())
    assert supervisor.servers["aa"].status.note == ""


async def test_patterns_without_effect_are_known_once_servers_are_up(selective):
    supervisor = await selective(Selection(only=("aa.re*", "aa.raed")))
    assert supervisor.without_effect() == ["--only aa.raed"]
