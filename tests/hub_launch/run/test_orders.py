"""Servers that come and go while the hub runs, replayed without processes and without waiting."""

import asyncio
import itertools
from dataclasses import replace

import pytest
from msgspec import Raw
from tests.clock import Time, settle

from hub_launch.errors import ExitCode, HubError
from hub_launch.run.instance import DRAIN_SECONDS
from hub_launch.run.means import Means
from hub_launch.run.offer import Greeting, Offer
from hub_launch.run.orders import Orders
from hub_launch.run.restart import Failures
from hub_launch.run.state import State
from hub_launch.run.supervisor import Supervisor, failed

OFFER = Offer(greeting=Greeting("legacy", "2025-11-25", Raw(b"{}")))


class FakeBackend:
    """A server that starts at once, unless it has to wait for its gate, and ends at once."""

    era = "legacy"
    child = link = None

    def __init__(self, launch, events, gate):
        self.launch = launch
        self.events = events
        self.closed = False
        self._gate = gate

    async def connect(self):
        self.events.may_start()
        await self._gate.wait()
        return OFFER

    async def close(self):
        self.closed = True


class Play:
    """A supervisor, and what became of it."""

    def __init__(self, time, folder, launches, unplanned=()):
        self.time = time
        self.statuses = []
        self.backends = []
        self.gate = asyncio.Event()
        self.gate.set()
        means = Means(self._connect, time.clock, time.sleep, lambda: Failures(lambda: 0.5))
        self.supervisor = Supervisor(launches, unplanned, folder, self.statuses.append, means)

    def _connect(self, launch, log, events, era):
        self.backends.append(FakeBackend(launch, events, self.gate))
        return self.backends[-1]

    def states(self, name):
        return [status.state for status in self.statuses if status.id == name]

    def open(self):
        """The backends that were not closed."""
        return [one.launch.id for one in self.backends if not one.closed]

    async def do(self, order):
        """Begin an order, and let everything happen that needs no time."""
        task = asyncio.ensure_future(order)
        await settle()
        return task


@pytest.fixture
async def play(launch, tmp_path):
    """A running hub with the servers aa and bb."""
    plays = []

    async def make(*launches, unplanned=()):
        one = Play(Time(), tmp_path, launches or (launch("aa"), launch("bb")), unplanned)
        plays.append(one)
        one.supervisor.start()
        await settle()
        one.statuses.clear()
        return one

    yield make
    for one in plays:
        await one.supervisor.close()


# Added


async def test_a_server_that_is_added_is_pending_then_ready_and_last(play, launch):
    one = await play()
    await one.supervisor.add(launch("cc"))
    await settle()
    assert one.states("cc") == [State.PENDING, State.STARTING, State.READY]
    assert list(one.supervisor.servers) == ["aa", "bb", "cc"]


async def test_an_id_that_is_taken_is_not_added(play, launch):
    one = await play()
    with pytest.raises(HubError, match="aa is in this hub already") as caught:
        await one.supervisor.add(launch("aa"))
    assert caught.value.code == ExitCode.USAGE
    assert one.open() == ["aa", "bb"]


async def test_of_two_that_add_the_same_id_one_is_refused(play, launch):
    one = await play()
    results = await asyncio.gather(*(one.supervisor.add(launch("cc")) for _ in range(2)), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), HubError]


# Stopped


async def test_a_server_that_is_stopped_says_so_and_nothing_starts_it(play):
    one = await play()
    await one.supervisor.stop("aa")
    server = one.supervisor.servers["aa"]
    assert server.status.sentence() == (
        "server 'aa' is stopped: it was told to stop (`hub-launch restart aa` starts it)"
    )
    assert not server.serving
    assert not server.listed
    assert one.open() == ["bb"]
    with pytest.raises(HubError, match="is stopped"):
        server.instances[0].may_start()
    await one.time.move(10_000)
    assert one.states("aa") == [State.STOPPED]


async def test_calls_under_way_may_finish_before_a_server_is_stopped(play):
    one = await play()
    server = one.supervisor.servers["aa"]
    with server.in_use():
        stopping = await one.do(one.supervisor.stop("aa"))
        assert not server.serving
        assert one.open() == ["aa", "bb"]
        await one.time.move(DRAIN_SECONDS - 1)
        assert not stopping.done()
    await settle()
    assert stopping.done()
    assert one.open() == ["bb"]


async def test_calls_that_go_on_for_too_long_are_given_up(play):
    one = await play()
    with one.supervisor.servers["aa"].in_use():
        stopping = await one.do(one.supervisor.stop("aa"))
        await one.time.move(DRAIN_SECONDS + 1)
        assert stopping.done()
        assert one.open() == ["bb"]


async def test_a_server_that_is_starting_can_be_stopped(play, launch):
    one = await play()
    one.gate.clear()
    await one.supervisor.add(launch("cc"))
    await settle()
    assert one.states("cc")[-1] is State.STARTING
    await one.supervisor.stop("cc")
    one.gate.set()
    await settle()
    assert one.states("cc")[-1] is State.STOPPED


async def test_a_server_that_waits_for_its_next_try_can_be_stopped(play):
    one = await play()
    server = one.supervisor.servers["aa"]

    class Child:
        exit_code = 3
        ended_because = ""
        last_words = str

    server.instances[0].child_ended(Child())
    assert server.status.state is State.DEGRADED
    await one.supervisor.stop("aa")
    await one.time.move(10_000)
    assert server.status.state is State.STOPPED


async def test_a_child_that_comes_up_late_does_not_revive_a_stopped_server(play):
    one = await play()
    server = one.supervisor.servers["aa"]
    server.instances[0].resting = True
    with server.in_use():
        await one.do(one.supervisor.stop("aa"))
        server.instances[0].child_connected()
    assert server.status.state is State.STOPPED


# Started again


async def test_a_server_that_was_stopped_is_started_on_request(play):
    one = await play()
    await one.supervisor.stop("aa")
    await one.supervisor.start_one("aa")
    await settle()
    assert one.states("aa") == [State.STOPPED, State.PENDING, State.STARTING, State.READY]
    assert sorted(one.open()) == ["aa", "bb"]


async def test_starting_one_that_runs_does_nothing(play):
    one = await play()
    await one.supervisor.start_one("aa")
    assert one.statuses == []


async def test_a_server_that_was_given_up_is_started_afresh(play):
    one = await play()
    server = one.supervisor.servers["aa"]
    instance = server.instances[0]
    for _ in range(5):
        instance._comeback.failed()
    instance._set(replace(server.status, state=State.FAILED))
    await one.supervisor.start_one("aa")
    await settle()
    assert server.status.state is State.READY
    assert not instance._comeback.repeated


async def test_a_server_that_could_not_be_planned_cannot_be_started(play, launch):
    one = await play(launch("aa"), unplanned=[failed("xx", "X", "npm", HubError("npx is not installed"))])
    for order in (one.supervisor.start_one, one.supervisor.restart):
        with pytest.raises(HubError, match="server 'xx' is failed: npx is not installed"):
            await order("xx")


# Restarted


async def test_calls_wait_for_a_server_that_is_restarted_and_its_tools_stay_listed(play):
    one = await play()
    server = one.supervisor.servers["aa"]
    with server.in_use():
        await one.do(one.supervisor.restart("aa"))
        assert (server.serving, server.listed) == (False, True)
        waiting = await one.do(server.wanted(25))
        assert not waiting.done()
    await settle()
    assert waiting.done()
    assert server.serving
    assert one.states("aa") == [State.PENDING, State.STARTING, State.READY]
    assert [backend.closed for backend in one.backends if backend.launch.id == "aa"] == [True, False]


async def test_a_stopped_server_can_be_restarted(play):
    one = await play()
    await one.supervisor.stop("aa")
    await one.supervisor.restart("aa")
    await settle()
    assert one.states("aa")[-1] is State.READY


# Removed and replaced


async def test_a_server_that_is_removed_is_gone_when_its_calls_are(play):
    one = await play()
    server = one.supervisor.servers["aa"]
    with server.in_use():
        removing = await one.do(one.supervisor.remove("aa"))
        assert server.status.sentence() == "server 'aa' is stopped: it was taken out of the hub"
        assert "aa" in one.supervisor.servers
    await removing
    assert list(one.supervisor.servers) == ["bb"]
    assert one.open() == ["bb"]
    async with asyncio.timeout(1):
        await server.wait_closed()


async def test_whoever_listens_hears_of_it_after_it_is_gone(play):
    one = await play()
    there = []
    one.supervisor.subscribe(lambda status: there.append("aa" in one.supervisor.servers))
    await one.supervisor.remove("aa")
    assert there == [True, False]


async def test_an_id_can_be_added_again_after_it_was_removed(play, launch):
    one = await play()
    removing = one.supervisor.remove("aa")
    await asyncio.gather(removing, one.supervisor.add(launch("aa")))
    await settle()
    assert list(one.supervisor.servers) == ["bb", "aa"]
    assert one.states("aa")[-1] is State.READY


async def test_another_server_takes_the_place_of_one_while_its_calls_finish(play, launch):
    one = await play()
    old = one.supervisor.servers["aa"]
    other = replace(launch("aa"), title="Another")
    with old.in_use():
        replacing = await one.do(one.supervisor.replace(other))
        new = one.supervisor.servers["aa"]
        assert (new.status.title, new.status.state) == ("Another", State.PENDING)
        assert list(one.supervisor.servers) == ["aa", "bb"]
    await replacing
    await settle()
    assert one.states("aa") == [State.PENDING, State.STARTING, State.READY]
    assert old.status.state is State.STOPPED


@pytest.mark.parametrize("order", ["remove", "stop", "start_one", "restart"])
async def test_an_unknown_id_is_named_with_those_there_are(play, order):
    one = await play()
    with pytest.raises(HubError, match="No server 'zz' is in this hub") as caught:
        await getattr(one.supervisor, order)("zz")
    assert (caught.value.hint, caught.value.code) == ("there are aa, bb", ExitCode.USAGE)


# Against each other, and against the end


async def test_an_order_goes_on_when_whoever_gave_it_leaves(play):
    one = await play()
    with one.supervisor.servers["aa"].in_use():
        stopping = await one.do(one.supervisor.restart("aa"))
        stopping.cancel()
        await settle()
    await settle()
    assert one.supervisor.servers["aa"].status.state is State.READY


async def test_whatever_is_ordered_in_whatever_order_each_server_has_one_backend_at_most(play, launch):
    for orders in itertools.permutations(["stop", "start_one", "restart", "remove", "add"]):
        one = await play(launch("aa"))
        make = {"add": lambda one=one: one.supervisor.add(launch("aa"))}
        given = [make[name]() if name in make else getattr(one.supervisor, name)("aa") for name in orders]
        results = await asyncio.gather(*given, return_exceptions=True)
        await settle()
        assert all(result is None or isinstance(result, HubError) for result in results), orders
        assert len(one.open()) <= 1, orders
        for server in one.supervisor.servers.values():
            assert server.status.state in (State.READY, State.STOPPED), orders
            assert (server.status.state is State.STOPPED) is (one.open() == []), orders


@pytest.mark.parametrize("order", ["remove", "stop", "restart", "replace"])
async def test_closing_ends_what_is_under_way_at_once(play, launch, order):
    one = await play()
    with one.supervisor.servers["aa"].in_use():
        argument = launch("aa", tools=["other"]) if order == "replace" else "aa"
        ordered = await one.do(getattr(one.supervisor, order)(argument))
        closing = await one.do(one.supervisor.close())
        assert closing.done()
        assert ordered.done()
    assert one.open() == []


async def test_a_hub_that_ends_takes_no_orders(play, launch):
    one = await play()
    await one.supervisor.close()
    with pytest.raises(HubError, match="the hub is ending"):
        await one.supervisor.add(launch("cc"))
    with pytest.raises(HubError, match="the hub is ending"):
        await one.supervisor.restart("aa")


async def test_orders_about_one_server_do_not_wait_for_those_about_another():
    orders, gate, done = Orders(), asyncio.Event(), []

    async def slow():
        await gate.wait()
        done.append("slow")

    async def quick():
        done.append("quick")

    first = asyncio.create_task(orders.carry_out("aa", slow))
    second = asyncio.create_task(orders.carry_out("aa", quick))
    await orders.carry_out("bb", quick)
    assert done == ["quick"]
    gate.set()
    await asyncio.gather(first, second)
    assert done == ["quick", "slow", "quick"]
    await settle()
    assert orders._latest == {}
