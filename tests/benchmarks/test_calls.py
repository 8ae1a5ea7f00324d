"""One hub that fails takes no other out of the run."""

import asyncio
from dataclasses import replace

import pytest
from hubs.calls import MEASURES, take_turns
from hubs.clients import Refused
from hubs.samples import Section
from hubs.scale import QUICK

FEW = replace(QUICK, rounds=2, calls=3, calls_together=20)


@pytest.mark.parametrize("at_once", [1, 2], ids=["one call", "one of many in flight"])
async def test_a_hub_that_refuses_a_call_is_named_and_the_others_are_measured(at_once):
    under_way = 0

    async def good():
        await asyncio.sleep(0)

    async def bad():
        nonlocal under_way
        under_way += 1
        try:
            await asyncio.sleep(0)
            if under_way >= at_once:
                raise Refused("408: took too long")
        finally:
            under_way -= 1

    section = Section("Calls", "", MEASURES, ("good",), ("bad",))
    await take_turns(section, {"good": good, "bad": bad}, FEW)
    assert section.missing == {"bad": "failed: 408: took too long"}
    assert set(section.rows) == {"good"}
    assert len(section.rows["good"]["p50"]) == FEW.rounds
