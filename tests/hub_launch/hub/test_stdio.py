import asyncio
import json
import os
import subprocess
import sys

import pytest
from fastmcp import FastMCP

from hub_launch.hub.stdio import serve_on_pipes


class Full:
    """What the hub's fast path leaves to FastMCP."""

    def __init__(self, mcp):
        self._mcp = mcp

    async def mcp(self, server):
        return self._mcp


@pytest.fixture
async def served():
    """A server on two pipes: what to write into, what to read from, and the task that serves."""
    mcp = FastMCP("pipes")

    @mcp.tool
    def echo(text: str) -> str:
        return text

    inward, outward = os.pipe(), os.pipe()
    task = asyncio.create_task(serve_on_pipes(Full(mcp), None, inward[0], outward[1]))
    with os.fdopen(inward[1], "wb", buffering=0) as write, os.fdopen(outward[0], "rb") as read:
        yield write, read, task
        if not write.closed:
            write.close()
        async with asyncio.timeout(20):
            await task
    os.close(inward[0])
    os.close(outward[1])


async def ask(write, read, method, **params):
    write.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n")
    async with asyncio.timeout(20):
        return json.loads(await asyncio.to_thread(read.readline))


async def hello(write, read):
    client = {"name": "test", "version": "1"}
    await ask(write, read, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=client)
    write.write(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')


async def test_requests_on_a_pipe_are_answered_on_the_other(served):
    write, read, _ = served
    await hello(write, read)
    answer = await ask(write, read, "tools/call", name="echo", arguments={"text": "hë"})
    assert answer["result"]["content"][0]["text"] == "hë"


async def test_a_large_message_passes_in_both_directions(served):
    write, read, _ = served
    await hello(write, read)
    text = "x" * 1_000_000
    reading = asyncio.create_task(asyncio.to_thread(read.readline))
    line = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "echo", "arguments": {"text": text}}}
    await asyncio.to_thread(_write_all, write, json.dumps(line).encode() + b"\n")
    async with asyncio.timeout(20):
        assert json.loads(await reading)["result"]["content"][0]["text"] == text


def _write_all(write, data):
    while data:
        data = data[write.write(data) :]


async def test_serving_ends_when_the_client_closes_its_end(served):
    write, read, task = served
    await hello(write, read)
    write.close()
    async with asyncio.timeout(20):
        await task


async def test_what_is_no_message_does_not_end_the_service(served):
    write, read, _ = served
    await hello(write, read)
    write.write(b"hello?\n\xff\xfe\n\n")
    write.write(json.dumps({"jsonrpc": "2.0", "id": 7, "method": "ping"}).encode() + b"\n")
    async with asyncio.timeout(20):
        answers = [json.loads(await asyncio.to_thread(read.readline))]
        while answers[-1].get("id") != 7:
            answers.append(json.loads(await asyncio.to_thread(read.readline)))
    assert answers[-1]["result"] == {}


@pytest.mark.parametrize("number", ["null", "1.5"])
async def test_a_request_that_no_answer_could_name_is_an_error_and_not_silence(served, number):
    write, read, _ = served
    await hello(write, read)
    write.write(b'{"jsonrpc": "2.0", "id": ' + number.encode() + b', "method": "ping"}\n')
    async with asyncio.timeout(20):
        answer = json.loads(await asyncio.to_thread(read.readline))
    assert (answer["id"], answer["error"]["code"]) == (None, -32700)


def test_what_prints_to_standard_output_meanwhile_does_not_reach_the_client():
    code = """
import os
from hub_launch.hub.stdio import protocol_stdout
with protocol_stdout() as out:
    os.system("echo a banner")
    print("chatter", flush=True)
    os.write(out, b"protocol\\n")
print("after", flush=True)
"""
    ran = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == "protocol\nafter\n"
    assert ran.stderr == "a banner\nchatter\n"
