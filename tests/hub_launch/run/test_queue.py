"""Turns to start, without processes and without waiting."""

import asyncio
import contextlib

import pytest

from hub_launch.run.queue import HELD_SECONDS, StartQueue


class Line:
    """Servers in a queue of two slots. `.up` are those whose turn it is; a test ends their starts, and moves time."""

    def __init__(self, slots=2):
        self.queue = StartQueue(slots, self._sleep)
        self.up = []
        self._ends = {}
        self._tasks = {}
        self._sleepers = []

    async def _sleep(self, seconds):
        assert seconds == HELD_SECONDS
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append(woken)
        await woken

    async def join(self, *names):
        for name in names:
            self._ends[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._start(name))
        await settle()

    async def _start(self, name):
        async with self.queue.turn(name):
            self.up.append(name)
            await self._ends[name].wait()

    async def end(self, name):
        self._ends[name].set()
        await settle()

    async def cancel(self, *names):
        for name in names:
            self._tasks[name].cancel()
        await settle()

    async def time_passes(self):
        for woken in self._sleepers:
            if not woken.done():
                woken.set_result(None)
        await settle()


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def line():
    one = Line()
    yield one
    for task in one._tasks.values():
        task.cancel()
    for task in one._tasks.values():
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_as_many_start_at_once_as_there_are_slots_and_the_others_in_their_order(line):
    assert not line.queue.full
    await line.join("a", "b", "c", "d")
    assert line.queue.full
    assert line.up == ["a", "b"]
    await line.end("b")
    assert line.up == ["a", "b", "c"]
    await line.end("a")
    assert line.up == ["a", "b", "c", "d"]


async def test_who_is_in_a_hurry_is_next_and_need_not_wait_for_those_nobody_waits_for(line):
    await line.join("a", "b", "c", "d")
    line.queue.hurry("d")
    await settle()
    assert line.up == ["a", "b", "d"]


async def test_two_in_a_hurry_go_before_all_others_but_not_beyond_all_bounds(line):
    await line.join("a", "b", "c", "d", "e")
    line.queue.hurry("e")
    line.queue.hurry("d")
    await settle()
    assert line.up == ["a", "b", "e"]
    await line.end("a")
    assert line.up == ["a", "b", "e", "d"]
    await line.end("b")
    await line.end("e")
    assert line.up[-1] == "c"


async def test_a_hurry_before_it_asked_is_remembered_and_after_its_start_forgotten(line):
    line.queue.hurry("c")
    await line.join("a", "b", "c")
    assert line.up == ["a", "b", "c"]
    await line.end("c")
    await line.join("c")
    assert line.up == ["a", "b", "c"]


async def test_one_that_hangs_holds_up_the_others_for_a_few_seconds_only(line):
    await line.join("hangs", "slow", "c", "d", "e")
    await line.time_passes()
    assert line.up == ["hangs", "slow", "c", "d"]
    await line.end("hangs")
    assert line.up == ["hangs", "slow", "c", "d"]
    await line.end("c")
    assert line.up == ["hangs", "slow", "c", "d", "e"]


async def test_who_gives_up_while_it_waits_takes_no_turn(line):
    await line.join("a", "b", "c", "d")
    await line.cancel("c")
    await line.end("a")
    assert line.up == ["a", "b", "d"]


async def test_who_gives_up_in_its_turn_leaves_it_to_the_next(line):
    await line.join("a", "b", "c")
    await line.cancel("a")
    assert line.up == ["a", "b", "c"]


async def test_who_gives_up_at_the_moment_of_its_turn_leaves_it_to_the_next(line):
    await line.join("a", "b", "c", "d")
    line._ends["a"].set()
    # c is let in by a's end, and has not run since.
    while "c" in line.queue._waiting:
        await asyncio.sleep(0)
    await line.cancel("c")
    assert line.up == ["a", "b", "d"]


async def test_an_error_in_a_turn_ends_it(line):
    with pytest.raises(ValueError, match="no"):
        async with line.queue.turn("bad"):
            raise ValueError("no")
    await line.join("a", "b")
    assert line.up == ["a", "b"]
