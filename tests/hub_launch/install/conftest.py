import asyncio
import json

import pytest

from hub_launch.run.process import Child

# A hang guard, not an expectation.
PATIENCE_SECONDS = 60


class Talk:
    """A started server, asked by hand: what is prepared must serve whoever speaks the protocol."""

    def __init__(self, child):
        self.child = child
        self._id = 0

    async def ask(self, method, **params):
        self._id += 1
        self._say(method, params, id=self._id)
        while True:
            line = await asyncio.wait_for(self.child.stdout.readline(), PATIENCE_SECONDS)
            assert line, f"the server ended: {self.child.last_words()}"
            message = json.loads(line)
            if message.get("id") == self._id:
                return message["result"]

    def _say(self, method, params, **more):
        message = {"jsonrpc": "2.0", "method": method, "params": params} | more
        self.child.stdin.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    async def begin(self):
        info = {"name": "test", "version": "1"}
        await self.ask("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=info)
        self._say("notifications/initialized", {})

    async def tools(self):
        return [tool["name"] for tool in (await self.ask("tools/list"))["tools"]]

    async def call(self, name):
        return (await self.ask("tools/call", name=name, arguments={}))["content"][0]["text"]


@pytest.fixture
async def talk(tmp_path):
    """Starts a launch, and begins to speak with it."""
    children = []

    async def start(launch):
        children.append(await Child.spawn(launch, tmp_path / "talk.log"))
        talk = Talk(children[-1])
        await talk.begin()
        return talk

    yield start
    for child in children:
        await child.close()
