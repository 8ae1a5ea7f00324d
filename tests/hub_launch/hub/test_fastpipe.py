"""The fast path on standard input and output, with real children behind it."""

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path

import pytest

from hub_launch.hub.desk import Desk
from hub_launch.hub.fastpipe import FastPipe
from hub_launch.hub.full import Full
from hub_launch.hub.news import News
from hub_launch.hub.stdio import serve_on_pipes
from hub_launch.hub.whom import Whom
from hub_launch.plan import StdioLaunch
from hub_launch.run.supervisor import Supervisor

PATIENCE_SECONDS = 20
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
ERAS = pytest.mark.parametrize("modern", [False, True], ids=["legacy", "modern"])


class Client:
    """A client on two pipes that shows the messages."""

    def __init__(self, write, read):
        self._write = write
        self._read = read

    def say(self, method, number=None, **params):
        message = {"jsonrpc": "2.0", "method": method, "params": params} | ({} if number is None else {"id": number})
        self._write.write(json.dumps(message).encode() + b"\n")

    async def hear(self):
        async with asyncio.timeout(PATIENCE_SECONDS):
            return json.loads(await asyncio.to_thread(self._read.readline))

    async def hello(self):
        self.say(
            "initialize", 0, protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "t", "version": "1"}
        )
        await self.hear()
        self.say("notifications/initialized")


@pytest.fixture
async def client(tmp_path, launch):
    """Connects to a hub on pipes with some launches, in the protocol that is wanted."""
    supervisors, running, files = [], [], []

    async def connect(*launches, modern):
        supervisor = Supervisor(launches, [], tmp_path / "logs", lambda status: None)
        supervisors.append(supervisor)
        supervisor.start()
        await supervisor.settled()
        inward, outward = os.pipe(), os.pipe()
        desk, news, full = Desk(supervisor.servers, prefixed=True), News(supervisor), Full(supervisor)
        fast = partial(FastPipe, desk, news, Whom(supervisor))
        running.append(asyncio.create_task(serve_on_pipes(full, fast, inward[0], outward[1])))
        files.extend([os.fdopen(inward[1], "wb", buffering=0), os.fdopen(outward[0], "rb")])
        one = Client(*files)
        if not modern:
            await one.hello()
        return one

    yield connect
    files[0].close()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*running, *(supervisor.close() for supervisor in supervisors))
    files[1].close()


@ERAS
async def test_lists_and_calls_are_answered(client, launch, modern):
    one = await client(launch("aa"), modern=modern)
    meta = {"_meta": META} if modern else {}
    one.say("tools/list", 1, **meta)
    listed = await one.hear()
    assert [tool["name"] for tool in listed["result"]["tools"]] == ["aa_echo", "aa_pid"]
    one.say("tools/call", "two", name="aa_echo", arguments={"text": "hë"}, **meta)
    called = await one.hear()
    assert called["id"] == "two"
    assert json.loads(called["result"]["content"][0]["text"]) == {"text": "hë"}
    assert called["result"].get("resultType") == ("complete" if modern else None)


@ERAS
async def test_progress_comes_before_the_answer_under_the_clients_token(client, launch, modern):
    one = await client(launch("aa", tools=["progress"]), modern=modern)
    one.say("tools/call", 1, name="aa_progress", _meta={"progressToken": "mine"} | (META if modern else {}))
    told = [await one.hear() for _ in range(3)]
    assert [message.get("params", {}).get("progress") for message in told] == [1, 2, None]
    assert {message["params"]["progressToken"] for message in told[:2]} == {"mine"}
    assert told[2]["result"]["content"][0]["text"] == "done"


@ERAS
async def test_one_call_does_not_wait_for_another_and_a_cancelled_one_is_not_answered(client, launch, tmp_path, modern):
    record = tmp_path / "record"
    one = await client(launch("aa", tools=["never", "echo"], record=str(record)), modern=modern)
    meta = {"_meta": META} if modern else {}
    one.say("tools/call", 1, name="aa_never", **meta)
    one.say("tools/call", 2, name="aa_echo", **meta)
    assert (await one.hear())["id"] == 2
    one.say("notifications/cancelled", requestId=1)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while "notifications/cancelled" not in record.read_text().split():
            await asyncio.sleep(0.01)
    one.say("tools/call", 3, name="aa_echo", **meta)
    assert (await one.hear())["id"] == 3


async def test_a_call_before_the_handshake_is_left_to_fastmcp(client, launch):
    one = await client(launch("aa"), modern=True)
    one.say("tools/call", 1, name="aa_echo")
    assert "error" in await one.hear()


@ERAS
async def test_a_tool_nobody_knows_is_explained(client, launch, modern):
    one = await client(launch("aa"), modern=modern)
    one.say("tools/call", 1, name="aa_nothing", **({"_meta": META} if modern else {}))
    assert (await one.hear())["result"]["isError"]


async def test_what_is_not_answered_is_given_up_when_the_client_goes(client, launch, tmp_path):
    record = tmp_path / "record"
    one = await client(launch("aa", tools=["never"], record=str(record)), modern=False)
    one.say("tools/call", 1, name="aa_never")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while "tools/call" not in record.read_text().split():
            await asyncio.sleep(0.01)


@ERAS
async def test_what_servers_tell_comes_on_the_same_pipe(client, tmp_path, modern):
    config = json.dumps({"era": "legacy", "record": str(tmp_path / "asked")})
    file = Path(__file__).with_name("telling_server.py")
    one = await client(StdioLaunch("aa", "aa", "test", (sys.executable, "-I", str(file), config)), modern=modern)
    meta = {"_meta": META | {"io.modelcontextprotocol/logLevel": "info"}} if modern else {}
    if modern:
        one.say("subscriptions/listen", 1, notifications={"resourceSubscriptions": ["docs://aa/a"]}, **meta)
    else:
        one.say("resources/subscribe", 1, uri="docs://aa/a")
    await one.hear()
    one.say("tools/call", 2, name="aa_log", arguments={"level": "error", "text": "boo"}, **meta)
    logged, _ = await one.hear(), await one.hear()
    assert logged["params"] == {"level": "error", "data": "boo", "logger": "aa"}
    one.say("tools/call", 3, name="aa_touch", arguments={"uri": "docs://a"}, **meta)
    heard = {message.get("method"): message for message in [await one.hear(), await one.hear()]}
    assert heard["notifications/resources/updated"]["params"]["uri"] == "docs://aa/a"
