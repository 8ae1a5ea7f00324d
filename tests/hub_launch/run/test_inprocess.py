"""Driven by raw JSON-RPC lines, as the relay drives a child."""

import asyncio
import json
import os
import sys
import threading

import pytest

from hub_launch.errors import HubError
from hub_launch.plan import Inside, StdioLaunch
from hub_launch.run.inprocess import InProcessChild

SERVER = """
import asyncio, contextlib, os, sys, threading, time
from fastmcp import FastMCP

print("loading")
ended = []
released = threading.Event()

@contextlib.asynccontextmanager
async def lifespan(server):
    yield {}
    ended.append(True)

mcp = FastMCP("inside", lifespan=lifespan)

@mcp.tool
def echo(text: str) -> str:
    return text

@mcp.tool
async def block() -> str:
    time.sleep(1)
    return "blocked"

@mcp.tool
def pid() -> int:
    return os.getpid()

@mcp.tool
async def leave() -> str:
    sys.exit(3)

def failing():
    raise ValueError("no hunter2 here")

@contextlib.asynccontextmanager
async def bad_lifespan(server):
    raise RuntimeError("no database")
    yield

bad = FastMCP("bad", lifespan=bad_lifespan)

@contextlib.asynccontextmanager
async def leaving_lifespan(server):
    sys.exit("gone")
    yield

leaving = FastMCP("leaving", lifespan=leaving_lifespan)

class Stubborn(FastMCP):
    @contextlib.asynccontextmanager
    async def _lifespan_manager(self):
        yield
        released.wait(60)

stubborn = Stubborn("stubborn")
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """The name of a module with servers in it, that can be imported here."""
    (tmp_path / "inside_weather.py").write_text(SERVER)
    monkeypatch.syspath_prepend(tmp_path)
    yield "inside_weather"
    sys.modules.pop("inside_weather", None)


@pytest.fixture
async def spawn(module, tmp_path):
    """Starts a server of the module inside this process."""
    children = []

    async def start(entrypoint="", module=module, secrets=frozenset()):
        launch = StdioLaunch(
            "inside", "Inside", "module", ("never",), secrets=secrets, inside=Inside(module, entrypoint)
        )
        child = await InProcessChild.spawn(launch, tmp_path / "inside.log")
        children.append(child)
        return child

    yield start
    for child in children:
        await child.close()


async def request(child, number, method, **params):
    child.stdin.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n")
    await child.stdin.drain()


async def answer(child, number):
    """The answer of that number; others are passed over."""
    async with asyncio.timeout(20):
        while line := await child.stdout.readline():
            message = json.loads(line)
            if message.get("id") == number and "method" not in message:
                return message
    raise EOFError


async def started(child):
    info = {"name": "test", "version": "1"}
    await request(child, 0, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=info)
    await answer(child, 0)
    child.stdin.write(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
    return child


async def call(child, tool, number=1, **arguments):
    await request(child, number, "tools/call", name=tool, arguments=arguments)
    return (await answer(child, number))["result"]


async def test_it_speaks_as_a_child_process_does(spawn):
    child = await started(await spawn())
    await request(child, 1, "tools/list")
    tools = (await answer(child, 1))["result"]["tools"]
    assert [tool["name"] for tool in tools] == ["echo", "block", "pid", "leave"]
    assert (await call(child, "echo", 2, text="ä" * 500_000))["structuredContent"] == {"result": "ä" * 500_000}
    assert child.exit_code is None


async def test_it_is_in_this_process_in_a_thread_of_its_own(spawn):
    child = await started(await spawn())
    assert (await call(child, "pid"))["structuredContent"] == {"result": os.getpid()}
    assert "server inside" in [thread.name for thread in threading.enumerate()]


async def test_the_end_of_its_input_ends_it_in_good_order(spawn, module):
    child = await started(await spawn())
    await child.close()
    assert child.exit_code == await child.wait() == 0
    assert sys.modules[module].ended == [True]
    assert child.last_words() == ""
    assert await child.stdout.read() == b""


async def test_a_tool_that_blocks_blocks_nobody_else(spawn):
    child, other = await started(await spawn()), await started(await spawn())
    await request(child, 1, "tools/call", name="block", arguments={})
    assert (await call(other, "echo", text="x"))["structuredContent"] == {"result": "x"}
    assert child.stdout._buffer == b""
    assert (await answer(child, 1))["result"]["structuredContent"] == {"result": "blocked"}


@pytest.mark.parametrize(
    ("entrypoint", "said"),
    [
        ("missing", "inside_weather has no missing"),
        ("failing", "inside_weather: failing raised ValueError: no *** here (inside_weather.py, line "),
        ("bad", "RuntimeError: no database"),
        ("leaving", "SystemExit: gone"),
    ],
)
async def test_one_that_cannot_start_ends_with_its_reason_and_nothing_else_does(spawn, tmp_path, entrypoint, said):
    other = await started(await spawn())
    child = await spawn(entrypoint, secrets=frozenset(["hunter2"]))
    assert await child.wait() == 1
    assert child.last_words().startswith(said)
    assert (tmp_path / "inside.log").read_text().startswith(said)
    assert (await call(other, "echo", text="x"))["structuredContent"] == {"result": "x"}


async def test_a_module_that_is_not_there_is_named(spawn):
    child = await spawn(module="nowhere_at_all")
    assert await child.wait() == 1
    assert child.last_words().startswith("there is no module nowhere_at_all in ")


async def test_a_tool_that_exits_ends_its_own_server_at_the_most(spawn):
    other, child = await started(await spawn()), await started(await spawn())
    await request(child, 1, "tools/call", name="leave", arguments={})
    assert (await call(other, "echo", text="x"))["structuredContent"] == {"result": "x"}
    await child.close()
    assert child.exit_code is not None


async def test_one_that_does_not_end_is_left_behind(spawn, module, monkeypatch):
    monkeypatch.setattr("hub_launch.run.inprocess.EOF_SECONDS", 0.1)
    monkeypatch.setattr("hub_launch.run.inprocess.TERMINATE_SECONDS", 0.1)
    child = await started(await spawn("stubborn"))
    await child.close()
    assert child.exit_code is None
    sys.modules[module].released.set()
    assert await child.wait() == 0


async def test_what_is_a_process_of_its_own_is_none_of_these(tmp_path):
    with pytest.raises(HubError, match="runs in a process of its own"):
        await InProcessChild.spawn(StdioLaunch("a", "A", "npm", ("npx",)), tmp_path / "a.log")
