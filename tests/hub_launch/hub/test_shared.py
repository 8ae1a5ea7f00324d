"""Sessions that hubs share in a real Redis: what one has begun, another goes on with."""

import asyncio
import shutil
import socket
import subprocess
import time

import msgspec
import pytest
import redis

from hub_launch.errors import HubError
from hub_launch.hub import shared as shared_module
from hub_launch.hub.replica import Replica
from hub_launch.hub.stores import store_of

PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def server():
    """A Redis of its own on loopback: its port, and the process."""
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("redis-server is not installed (apt-get install redis-server)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen([program, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    with redis.Redis(port=port) as client:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.02)
        yield client, f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(PATIENCE_SECONDS)


@pytest.fixture
def table(server):
    """What is in it."""
    client, _ = server
    client.flushall()
    return client


@pytest.fixture
def two(hub, launch, server):
    """Two hubs with the same servers, whose clients' sessions are in one Redis."""

    async def start(**config):
        return [await hub(launch("aa", **config), replica=Replica(sessions=store_of(server[1]))) for _ in range(2)]

    return start


def elsewhere(client, running):
    """The same client at another hub."""
    return type(client)(client.http, f"{running.url}/mcp", client.session)


async def test_another_hub_goes_on_with_a_session_and_the_first_still_does(two, wire, table):
    one, other = await two()
    client = await wire(one, modern=False)
    for running in (other, one, other):
        called = await elsewhere(client, running).result("tools/call", {"name": "aa_echo", "arguments": {"n": 1}})
        assert called["content"][0]["text"] == '{"n": 1}'
    # What FastMCP answers goes on too.
    assert "error" in (await elsewhere(client, other).ask("resources/read", {})).text


async def test_a_session_is_of_the_address_that_it_was_opened_at(two, wire, table):
    one, other = await two()
    client = await wire(one, modern=False, path="/servers/aa/mcp")
    assert (await elsewhere(client, other).ask("ping")).status_code == 404


async def test_a_session_that_its_client_ended_is_over_everywhere(two, wire, table):
    one, other = await two()
    client = await wire(one, modern=False)
    assert len(table.keys()) == 1
    await client.http.delete(client.url, headers={"mcp-session-id": client.session})
    assert table.keys() == []
    assert (await elsewhere(client, other).ask("ping")).status_code == 404


async def test_a_hub_lets_go_of_what_ended_elsewhere(two, wire, table, monkeypatch):
    monkeypatch.setattr(shared_module, "PROLONG_SECONDS", 0.02)
    one, _ = await two()
    client = await wire(one, modern=False)
    (key,) = table.keys()
    table.expire(key, 60)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while table.ttl(key) <= 60:
            await asyncio.sleep(0.01)
        table.delete(key)
        while (await client.ask("ping")).status_code != 404:
            await asyncio.sleep(0.01)


async def test_what_the_client_asked_to_be_told_goes_along(two, wire, table, eventually, tmp_path):
    seen = tmp_path / "seen"
    one, other = await two(
        capabilities={"tools": {}, "resources": {"subscribe": True}, "logging": {}},
        resources=["docs://a"],
        record=str(seen),
    )
    client = await wire(one, modern=False)
    await client.ask("logging/setLevel", {"level": "error"})
    await client.ask("resources/subscribe", {"uri": "docs://aa/a"})
    before = seen.read_text().count("resources/subscribe")
    assert "result" in (await elsewhere(client, other).ask("ping")).json()
    await asyncio.to_thread(eventually, lambda: seen.read_text().count("resources/subscribe") > before)
    kept = msgspec.json.decode(table.get(table.keys()[0]))
    assert (kept["level"], kept["uris"]) == ("error", ["docs://aa/a"])


async def test_nobody_learns_a_sessions_id_from_the_store_and_nothing_stays_for_ever(two, wire, table):
    one, _ = await two()
    client = await wire(one, modern=False)
    (key,) = table.keys()
    assert client.session.encode() not in key + table.get(key)
    assert 0 < table.ttl(key) <= shared_module.KEPT_SECONDS


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b'{"hello": "{"}', b'{"hello": 1}', b"x" * 100_000])
async def test_what_is_no_session_is_none(two, wire, table, junk):
    one, other = await two()
    client = await wire(one, modern=False)
    table.set(table.keys()[0], junk)
    assert (await elsewhere(client, other).ask("ping")).status_code == 404


async def test_without_the_store_sessions_are_this_hubs_and_others_are_not_said_to_be_over(hub, launch, wire, caplog):
    nobody = "redis://127.0.0.1:9/0"
    one, other = [await hub(launch("aa"), replica=Replica(sessions=store_of(nobody))) for _ in range(2)]
    client = await wire(one, modern=False)
    assert "result" in (await client.ask("ping")).json()
    assert (await elsewhere(client, other).ask("ping")).status_code == 503
    modern = await wire(other, modern=True)
    assert "result" in (await modern.ask("tools/list")).json()
    # Once by each hub.
    assert caplog.text.count("sessions are not shared with other hubs") == 2


@pytest.mark.parametrize("address", ["memcached://a", "nothing", "", "redis://host:port/0"])
def test_an_address_that_is_none_is_said_before_anything_starts_and_never_shown(address):
    with pytest.raises(HubError, match=r"^--sessions: ") as caught:
        store_of(address)
    assert caught.value.code == 2
