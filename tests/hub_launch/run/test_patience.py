"""Time limits that stand still while somebody is asked."""

import asyncio

import pytest

from hub_launch.run.patience import Patience


async def test_a_call_has_its_time_and_no_more():
    with pytest.raises(TimeoutError):
        async with Patience(0.01).call():
            await asyncio.Event().wait()


async def test_a_question_stops_the_clock_of_calls_before_and_after_it():
    patience = Patience(0.05)
    asked, over = asyncio.Event(), []

    async def call(name):
        async with patience.call():
            await asked.wait()
        over.append(name)

    before = asyncio.create_task(call("before"))
    await asyncio.sleep(0)
    with patience.question():
        after = asyncio.create_task(call("after"))
        # Longer than a call may take.
        await asyncio.sleep(0.1)
        asked.set()
        await asyncio.gather(before, after)
    assert sorted(over) == ["after", "before"]


async def test_after_the_last_answer_a_call_has_its_whole_time_again_and_then_it_is_over():
    patience = Patience(0.01)

    async def call():
        async with patience.call():
            with patience.question(), patience.question():
                await asyncio.sleep(0.03)
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await call()
