"""Instances that are killed under load: no call's answer is lost, doubled or somebody else's."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from dataclasses import replace

import pytest

from hub_launch.hub.attempts import Again, Request, response
from hub_launch.hub.desk import Desk
from hub_launch.hub.fastpipe import FastPipe
from hub_launch.hub.news import News
from hub_launch.hub.outcome import Outcome, Refused
from hub_launch.hub.whom import Whom
from hub_launch.plan import HttpLaunch, StdioLaunch
from hub_launch.run.link import LinkGone
from hub_launch.run.messages import raw, read_message
from hub_launch.run.state import State
from hub_launch.run.supervisor import Supervisor

PATIENCE_SECONDS = 40

# Writes down each call before it answers it: what was lost on the way back was done all the same.
JOURNAL = r"""
import json, os, sys, time

journal = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
hints = {"read": {"readOnlyHint": True}, "put": {"idempotentHint": True}, "add": {}}
tools = [{"name": name, "inputSchema": {"type": "object"}, "annotations": one} for name, one in hints.items()]
greeting = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "j", "version": "1"}}
for line in sys.stdin:
    message = json.loads(line)
    method, params = message["method"], message.get("params") or {}
    if "id" not in message:
        continue
    if method == "tools/call":
        key = params["arguments"]["key"]
        os.write(journal, (key + "\n").encode())
        if key == "fatal":
            os._exit(9)
        time.sleep(0.001)
        result = {"content": [{"type": "text", "text": json.dumps([key, os.getpid()])}]}
    elif method == "initialize":
        result = greeting
    else:
        result = {"tools": tools} if method == "tools/list" else None
    said = {"result": result} if result is not None else {"error": {"code": -32601, "message": "no"}}
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": message["id"], **said}) + "\n")
    sys.stdout.flush()
"""


class Load:
    """A client that makes many calls at once, and counts what becomes of them."""

    def __init__(self, server, supervisor, journal):
        self.server = server
        self._journal = journal
        self._numbers = iter(range(1_000_000))
        self.lines = []
        desk = Desk({"jj": server}, prefixed=True)
        self._pipe = FastPipe(desk, News(supervisor), Whom(supervisor), self._write)
        self._pipe.hello = read_message(b'{"jsonrpc":"2.0","id":0,"method":"initialize"}')
        self._waiting = {}

    async def _write(self, line):
        message = json.loads(line)
        self.lines.append(message)
        self._waiting.pop(message["id"]).set_result(message)

    async def call(self, tool, key=None):
        """The answer's text and whether it is an error's."""
        number = next(self._numbers)
        key = key or f"{tool}-{number}"
        params = {"name": f"jj_{tool}", "arguments": {"key": key}}
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        assert self._pipe.take(
            read_message(
                json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}).encode()
            )
        )
        result = (await asyncio.wait_for(answer, PATIENCE_SECONDS))["result"]
        return key, result["content"][0]["text"], result.get("isError", False)

    def done(self):
        """How often each call was begun by an instance."""
        return Counter(self._journal.read_text().split()) if self._journal.exists() else Counter()

    def pids(self):
        return [one.backend.child._process.pid for one in self.server.instances if one.backend.link]

    async def close(self):
        await self._pipe.close()


@pytest.fixture
async def load(tmp_path):
    """Starts a server of so many instances."""
    made = []

    async def start(instances, **rest):
        journal = tmp_path / "journal"
        argv = (sys.executable, "-I", "-c", JOURNAL, str(journal))
        launch = StdioLaunch("jj", "J", "test", argv, cwd=str(tmp_path), instances=instances, **rest)
        supervisor = Supervisor([launch], [], tmp_path / "logs", lambda status: None)
        supervisor.start()
        await supervisor.settled()
        one = Load(supervisor.servers["jj"], supervisor, journal)
        made.append((one, supervisor))
        await until(lambda: one.server.status.reason == "")
        return one

    yield start
    for one, supervisor in made:
        await one.close()
        await supervisor.close()


async def until(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


def said(text):
    return json.loads(text)


@pytest.mark.parametrize("balance", ["least-in-flight", "round-robin"])
async def test_calls_are_spread_evenly(load, balance):
    one = await load(3, balance=balance)
    answers = [await one.call("add") for _ in range(30)]
    assert set(Counter(said(text)[1] for _, text, _ in answers).values()) == {10}
    answers = await asyncio.gather(*(one.call("add") for _ in range(300)))
    assert set(Counter(said(text)[1] for _, text, _ in answers).values()) == {100}


async def test_instances_that_are_killed_under_load_lose_and_double_nothing(load):
    one = await load(3)
    answers, killed = [], 0

    async def client(number):
        for _ in range(60):
            answer = await one.call(("read", "add", "put")[number % 3])
            answers.append(answer)

    async def killer():
        nonlocal killed
        for count in range(300, 1_500, 300):
            await until(lambda count=count: len(answers) >= count and len(one.pids()) > 1)
            os.kill(one.pids()[killed % len(one.pids())], signal.SIGKILL)
            killed += 1

    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(killer(), *(client(number) for number in range(30)))
    done = one.done()
    assert killed == 4
    # One answer for each call, and each the right one.
    assert len(answers) == len(one.lines) == 1_800
    good = [(key, text) for key, text, failed in answers if not failed]
    assert all(said(text)[0] == key for key, text in good)
    bad = [(key, text) for key, text, failed in answers if failed]
    # At least one call was under way in an instance that was killed, and few were.
    assert 0 < len(bad) <= 4 * 30
    for key, text in bad:
        tool = key.partition("-")[0]
        assert "server 'jj'" in text
        if "it was not asked" in text:
            assert done[key] == 0
        else:
            assert {"read": Again.READS, "put": Again.IDEMPOTENT, "add": Again.MAYBE}[tool].value in text
    for key, _ in good:
        assert 1 <= done[key] <= (2 if key.startswith("read") else 1)
    assert all(done[key] <= 1 for key, _ in bad if not key.startswith("read"))
    await until(lambda: one.server.status.state is State.READY and len(one.pids()) == 3)
    fresh = await asyncio.gather(*(one.call("read") for _ in range(30)))
    assert {said(text)[1] for _, text, _ in fresh} == set(one.pids())


async def test_a_call_that_ends_its_instance_is_made_at_most_twice(load):
    one = await load(3)
    _, text, failed = await one.call("read", "fatal")
    assert failed
    assert ends_with(text, Again.READS)
    assert one.done()["fatal"] == 2
    _, text, failed = await one.call("read")
    assert not failed


async def test_a_call_that_may_have_been_done_is_not_made_again(load):
    one = await load(3)
    for tool, advice in (("add", Again.MAYBE), ("put", Again.IDEMPOTENT)):
        _, text, failed = await one.call(tool, "fatal")
        assert failed
        assert ends_with(text, advice)
    assert one.done()["fatal"] == 2


async def test_one_instance_alone_says_the_same(load):
    one = await load(1)
    _, text, failed = await one.call("read", "fatal")
    assert failed
    assert text.startswith("server 'jj' is degraded: exited with code 9")
    assert ends_with(text, Again.READS)
    assert one.done()["fatal"] == 1


def ends_with(text, advice):
    return text.endswith(f"; {advice.value}")


async def test_what_was_never_sent_is_asked_of_another(load):
    one = await load(2)
    # As between the end of an instance and the moment in which that is known.
    link = one.server.instances[0].backend.link
    link._relay.over.set()
    answers = [await one.call("add") for _ in range(4)]
    assert not any(failed for *_, failed in answers)
    assert len({said(text)[1] for _, text, _ in answers}) <= 2
    assert sorted(one.done().values()) == [1] * 4


# Remotes


@pytest.fixture
async def remote(tmp_path):
    """A server with an address at which nobody listens, and others."""
    made = []

    async def start(*urls, instances):
        launches = [HttpLaunch("far", "Far", "remote", "streamable-http", url, own_network=True) for url in urls]
        first = replace(launches[0], instances=instances, alternatives=tuple(launches[1:]))
        supervisor = Supervisor([first], [], tmp_path / "logs", lambda status: None)
        made.append(supervisor)
        supervisor.start()
        await supervisor.settled()
        return supervisor.servers["far"]

    yield start
    for supervisor in made:
        await supervisor.close()


async def test_an_address_that_is_gone_costs_no_call(remote, hub, launch):
    first, second = await hub(launch("aa")), await hub(launch("aa"))
    urls = [f"{one.url}/servers/aa/mcp" for one in (first, second)]
    server = await remote(*urls, instances=2)
    await until(lambda: server.status.reason == "")
    await first.stop()
    for number in range(6):
        params = {"name": raw("echo"), "arguments": raw({"number": number})}
        message = await response(server, Request("tools/call", params))
        assert b"number" in bytes(message.result)
    assert server.instances[0].health.failures > 0


async def test_when_nobody_is_there_the_caller_is_told_that_nothing_was_done(remote, hub, launch):
    only = await hub(launch("aa"))
    server = await remote(f"{only.url}/servers/aa/mcp", instances=1)
    await only.stop()
    with pytest.raises(Refused, match=r"cannot be reached.*; trying again is safe: it was not asked") as refused:
        await response(server, Request("tools/call", {"name": raw("echo")}))
    assert refused.value.outcome is Outcome.DOWN
    assert isinstance(refused.value.__cause__, LinkGone)
