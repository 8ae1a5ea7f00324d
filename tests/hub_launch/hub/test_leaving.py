"""How a hub leaves that others stand beside: nobody who asked it something is left without an answer."""

import asyncio
import contextlib
import socket

import httpx2
import pytest

from hub_launch.hub.leaving import waiting_at
from hub_launch.hub.replica import Replica

PATIENCE_SECONDS = 20


@pytest.fixture
async def leaving(hub, launch):
    """A hub that answers for a tenth of a second after it was told to end."""
    return await hub(launch("aa", tools=["echo", "never"]), replica=Replica(drain=0.1))


async def ready(running):
    return (await running.get("/readyz")).status_code


async def test_it_says_that_it_leaves_and_answers_on(hub, launch, wire):
    running = await hub(launch("aa"), replica=Replica(drain=600))
    client = await wire(running, modern=False)
    assert await ready(running) == 200
    running.told_to_stop()
    assert await ready(running) == 503
    assert (await running.get("/livez")).status_code == 200
    assert "result" in (await client.ask("tools/call", {"name": "aa_echo"})).json()
    running.told_to_stop()


async def test_a_connection_that_is_in_use_is_closed_with_its_next_answer(leaving, wire):
    client = await wire(leaving, modern=False)
    assert "connection" not in (await client.ask("ping")).headers
    leaving.told_to_stop()
    await leaving.closing.wait()
    assert (await client.ask("ping")).headers["connection"] == "close"
    with pytest.raises(httpx2.ConnectError):
        await client.ask("ping")


async def test_a_stream_ends_so_that_its_client_opens_it_elsewhere(leaving, wire):
    client = await wire(leaving, modern=False)
    headers = {"accept": "text/event-stream", "mcp-session-id": client.session}
    async with client.http.stream("GET", client.url, headers=headers) as stream:
        leaving.told_to_stop()
        # Ends, and properly: one that is cut off raises.
        async with asyncio.timeout(PATIENCE_SECONDS):
            [line async for line in stream.aiter_lines()]


async def test_a_call_under_way_is_answered(hub, launch, wire, monkeypatch):
    monkeypatch.setattr("hub_launch.hub.attempts.CALL_SECONDS", 1.0)
    running = await hub(launch("aa", tools=["never"]), replica=Replica(drain=0.1))
    client = await wire(running, modern=True)
    call = asyncio.create_task(client.ask("tools/call", {"name": "aa_never"}))
    running.told_to_stop()
    await running.closing.wait()
    assert "did not answer within 1.0 s" in (await call).text


async def test_told_twice_it_ends_at_once(hub, launch, wire):
    running = await hub(launch("aa", tools=["never"]), replica=Replica(drain=600))
    client = await wire(running, modern=True)
    call = asyncio.create_task(client.ask("tools/call", {"name": "aa_never"}))
    running.told_to_stop()
    running.told_to_stop()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await running.stop()
        with contextlib.suppress(httpx2.HTTPError):
            await call


def test_who_has_connected_already_is_taken_and_nobody_else():
    with socket.create_server(("127.0.0.1", 0)) as listener, contextlib.ExitStack() as opened:
        there = [opened.enter_context(socket.create_connection(listener.getsockname())) for _ in range(3)]
        taken = [opened.enter_context(one) for one in waiting_at(listener)]
        assert {one.getpeername() for one in taken} == {one.getsockname() for one in there}
        assert listener.fileno() == -1
