"""How long a server has not been used; the time is the test's."""

import asyncio

import pytest
from tests.clock import Time

from hub_launch.run.idle import Use


@pytest.fixture
def time():
    return Time()


@pytest.fixture
async def use(time):
    """A server's use, with a task in `.idle` that waits for ten idle seconds."""
    one = Use(time.clock, time.sleep)
    task = asyncio.create_task(one.idle(10))
    await time.move(0)
    yield one, task
    task.cancel()


async def test_a_server_nobody_calls_is_idle_after_that_time(use, time):
    _, idle = use
    await time.move(9.9)
    assert not idle.done()
    await time.move(0.2)
    assert idle.done()


async def test_each_call_begins_the_time_anew_when_it_ends(use, time):
    one, idle = use
    await time.move(8)
    with one.one():
        await time.move(1)
    await time.move(9.9)
    assert not idle.done()
    await time.move(0.2)
    assert idle.done()


async def test_a_call_that_goes_on_is_never_idle_however_long(use, time):
    one, idle = use
    with one.one():
        for _ in range(10):
            await time.move(11)
        assert not idle.done()
        with one.one():
            pass
        await time.move(11)
        assert not idle.done()
    await time.move(10)
    assert idle.done()
