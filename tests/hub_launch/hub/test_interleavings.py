"""Two clients with sampling, elicitation, roots and progress at once, in a thousand orders: none hears of the other."""

import asyncio
import itertools
import json
import random
from functools import partial

import pytest

from hub_launch.hub import held
from hub_launch.hub.endpoints import Endpoints
from hub_launch.hub.fastpath import FastPath
from hub_launch.hub.leaving import Leaving
from hub_launch.hub.news import News
from hub_launch.hub.whom import Whom
from hub_launch.plan import StdioLaunch
from hub_launch.run.backend import Backend
from hub_launch.run.server import Means
from hub_launch.run.supervisor import Supervisor

ORDERS = 1_000
PATIENCE_SECONDS = 20
QUESTIONS = {
    "sampling/createMessage": {"messages": [], "maxTokens": 1},
    "elicitation/create": {"message": "?", "requestedSchema": {"type": "object", "properties": {}}},
    "roots/list": {},
}
CAPABILITIES = {"sampling": {}, "elicitation": {}, "roots": {}}
META = "io.modelcontextprotocol/"
# With letters that no random text of the hub's has, in which a name would be found by chance.
NAMES = ("<ann>", "<bob>")


class Orders:
    """Decides who goes on next, by a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)  # noqa: S311  an order to repeat, and no secret
        self._waiting = []

    async def turn(self):
        """Wait for one's turn."""
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        await mine

    async def run(self, work):
        """Let everybody go on, one after the other, until `work` is done."""
        task = asyncio.gather(*work)
        while not task.done():
            # What follows from the last turn without another one.
            for _ in range(4):
                await asyncio.sleep(0)
            if self._waiting:
                mine = self._waiting.pop(self.random.randrange(len(self._waiting)))
                if not mine.done():
                    mine.set_result(None)
        return task.result()


class Child:
    """A server in this process, of the older protocol or of the newer, that speaks as the bytes of a child do."""

    ended_because = ""

    def __init__(self, orders, modern):
        self.stdin = self
        self.stdout = asyncio.StreamReader()
        self._orders, self._modern = orders, modern
        self._name = "the hub"
        self._numbers = itertools.count(1)
        self._waiting = {}
        self._tasks = set()
        self._ended = asyncio.Event()
        self.exit_code = None

    def write(self, data):
        for line in data.splitlines():
            task = asyncio.create_task(self._take(json.loads(line)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self):
        pass

    async def wait(self):
        await self._ended.wait()
        return 0

    async def close(self):
        self.exit_code = 0
        self._ended.set()
        self.stdout.feed_eof()
        for task in self._tasks:
            task.cancel()

    def last_words(self):
        return ""

    def _say(self, **message):
        if not self._ended.is_set():
            self.stdout.feed_data(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    async def _take(self, message):
        method, params = message.get("method"), message.get("params") or {}
        if method is None:
            self._waiting.pop(message["id"]).set_result(message.get("result") or message["error"])
        elif method == "tools/call":
            await self._called(message["id"], params)
        elif "id" in message:
            self._greeted(message["id"], method, params)

    def _greeted(self, number, method, params):
        about = {"capabilities": {"tools": {}}, "serverInfo": {"name": "child", "version": "1"}}
        if method == "initialize" and not self._modern:
            self._name = params["clientInfo"]["name"]
            self._say(id=number, result={"protocolVersion": params["protocolVersion"], **about})
        elif method == "server/discover" and self._modern:
            self._say(id=number, result={"supportedVersions": ["2026-07-28"], **about})
        elif method == "tools/list":
            self._say(id=number, result={"tools": [{"name": "ask", "inputSchema": {"type": "object"}}]})
        else:
            self._say(id=number, error={"code": -32601, "message": "Method not found"})

    async def _called(self, number, params):
        await self._orders.turn()
        mine, question, token = (
            params["arguments"]["mine"],
            params["arguments"]["question"],
            params["_meta"]["progressToken"],
        )
        told = {"progressToken": token, "progress": 1, "message": mine}
        self._say(method="notifications/progress", params=told)
        # Whom the question is for, so that a client sees whether it is the right one.
        asked = {**QUESTIONS[question], "mine": mine}
        if self._modern:
            answers = params.get("inputResponses")
            if answers is None:
                wanted = {"it": {"method": question, "params": asked}}
                state = {"resultType": "input_required", "inputRequests": wanted, "requestState": mine}
                return self._say(id=number, result=state)
            answer = {"answer": answers["it"], "state": params["requestState"]}
        else:
            own = next(self._numbers)
            self._waiting[own] = asyncio.get_running_loop().create_future()
            self._say(id=own, method=question, params=asked)
            answer = {"answer": await self._waiting[own], "greeted by": self._name}
        await self._orders.turn()
        said = {"content": [{"type": "text", "text": json.dumps({"mine": mine, **answer})}]}
        return self._say(id=number, result=said | ({"resultType": "complete"} if self._modern else {}))


class Person:
    """One client over HTTP, that keeps all bytes it is sent."""

    def __init__(self, app, name, orders, modern):
        self._app, self._name, self._orders, self._modern = app, name, orders, modern
        self._session = b""
        self.bytes = b""
        self.asked = []

    async def use(self):
        """Greet, and make all calls at the same time, with the same numbers as everybody."""
        if not self._modern:
            hello = {"protocolVersion": "2025-11-25", "capabilities": CAPABILITIES, "clientInfo": self._info()}
            async for event in self._post({"id": 0, "method": "initialize", "params": hello}):
                self._session = dict(event.get("headers", {})).get(b"mcp-session-id", self._session)
        return await asyncio.gather(*(self._call(number, one) for number, one in enumerate(QUESTIONS, 1)))

    async def leave(self):
        """Say goodbye, where there is a session."""
        if self._session:
            async for _ in self._request("DELETE", b""):
                pass

    def _info(self):
        return {"name": self._name, "version": "1"}

    async def _call(self, number, question):
        mine = f"{self._name} {question}"
        params = {"name": "ask", "arguments": {"mine": mine, "question": question}, "_meta": {"progressToken": number}}
        if self._modern:
            about = {"protocolVersion": "2026-07-28", "clientInfo": self._info(), "clientCapabilities": CAPABILITIES}
            params["_meta"] |= {META + key: value for key, value in about.items()}
        while True:
            message = await self._answer_to(number, {"id": number, "method": "tools/call", "params": params})
            if message["result"].get("resultType") != "input_required":
                return message["result"]["content"][0]["text"]
            await self._orders.turn()
            wanted = message["result"]["inputRequests"]
            answers = {key: self._answer(one["method"], one["params"]) for key, one in wanted.items()}
            params |= {"inputResponses": answers, "requestState": message["result"]["requestState"]}

    async def _answer_to(self, number, body):
        found = None
        async for event in self._post(body):
            for line in event.get("body", b"").splitlines():
                if not line.startswith((b"{", b"data: {")):
                    continue
                message = json.loads(line.removeprefix(b"data: "))
                if "method" not in message:
                    assert message["id"] == number
                    found = message
                elif "id" in message:
                    await self._orders.turn()
                    result = self._answer(message["method"], message["params"])
                    async for _ in self._post({"id": message["id"], "result": result}):
                        pass
        return found

    def _answer(self, question, params):
        self.asked.append(params["mine"])
        if question == "roots/list":
            return {"roots": [{"uri": f"file:///{self._name}"}]}
        if question == "elicitation/create":
            return {"action": "accept", "content": {"name": self._name}}
        return {"role": "assistant", "content": {"type": "text", "text": self._name}, "model": "m"}

    def _post(self, body):
        return self._request("POST", json.dumps({"jsonrpc": "2.0", **body}).encode())

    async def _request(self, method, body):
        events, heard = asyncio.Queue(), [{"type": "http.request", "body": body}]

        async def receive():
            return heard.pop() if heard else await asyncio.Event().wait()

        headers = {b"content-type": b"application/json", b"accept": b"application/json, text/event-stream"}
        headers |= {b"mcp-session-id": self._session} if self._session else {}
        if self._modern:
            headers |= {b"mcp-protocol-version": b"2026-07-28", b"mcp-method": b"tools/call", b"mcp-name": b"ask"}
        scope = {"type": "http", "method": method, "path": "/servers/one/mcp", "headers": list(headers.items())}
        task = asyncio.create_task(self._app(scope, receive, events.put))
        more = True
        while more:
            event = await events.get()
            self.bytes += event.get("body", b"")
            more = event["type"] == "http.response.start" or event.get("more_body", False)
            yield event
        await task


class NoFull:
    """Fails a test that needs FastMCP."""

    async def app(self, server):
        raise AssertionError


@pytest.fixture
async def hub(tmp_path):
    """Makes hubs whose one server has children in this process."""
    made = []

    async def make(orders, *, modern):
        async def spawn(launch, log):
            return Child(orders, modern)

        launch = StdioLaunch("one", "One", "test", ("one",), isolation="session")
        means = Means(connect=partial(Backend, spawn=spawn))
        supervisor = Supervisor([launch], [], tmp_path, lambda status: None, means)
        whom = Whom(supervisor)
        made.append((supervisor, whom))
        supervisor.start()
        await supervisor.settled()
        endpoints = Endpoints(supervisor.servers, whom.end)
        return FastPath(None, endpoints, NoFull(), News(supervisor), whom, Leaving()), whom

    yield make
    for supervisor, whom in made:
        await asyncio.gather(supervisor.close(), whom.close())


KINDS = [("legacy", "legacy"), ("modern", "legacy"), ("legacy", "modern"), ("modern", "modern")]


@pytest.mark.parametrize(("client", "server"), KINDS)
async def test_each_message_reaches_the_client_that_it_is_for_and_no_other(hub, client, server, monkeypatch):
    monkeypatch.setattr(held, "TOGETHER_SECONDS", 0)
    orders = Orders(0)
    app, whom = await hub(orders, modern=server == "modern")
    for seed in range(ORDERS // len(KINDS)):
        orders.random.seed(seed)
        people = [Person(app, name, orders, client == "modern") for name in NAMES]
        async with asyncio.timeout(PATIENCE_SECONDS):
            answered = await orders.run([one.use() for one in people])
        for person, other, name, results in zip(people, people[::-1], NAMES, answered, strict=True):
            assert sorted(person.asked) == sorted(f"{name} {question}" for question in QUESTIONS)
            assert [json.loads(text)["mine"] for text in results] == [f"{name} {question}" for question in QUESTIONS]
            assert other._name.encode() not in person.bytes
            assert all(name in json.dumps(json.loads(text)["answer"]) for text in results)
            assert person.bytes.count(b"notifications/progress") >= len(QUESTIONS)
        assert len(whom.held) == 0
        await asyncio.gather(*(person.leave() for person in people))
