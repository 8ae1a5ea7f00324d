"""What a call of a remote server costs over the hub's link, beside the same request sent with httpx2.

Run: .venv/bin/python benchmarks/remote.py [--calls N]. Real servers of the MCP SDK and of FastMCP on loopback, with and
without sessions, answering with JSON and with events, in both eras of the protocol. They take turns: what else the
machine does hits both. Goal: 1.5 times the direct request or less, at the median.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import uvloop
from msgspec import Raw

from hub_launch.hub.serve import listen
from hub_launch.plan import HttpLaunch
from hub_launch.run.envelope import MODERN, is_modern
from hub_launch.run.eras import for_server
from hub_launch.run.http import HttpLink
from hub_launch.run.messages import raw, request

LEGACY = "2025-11-25"
AT_ONCE = 16
WARM_UP = 20
START_SECONDS = 60
PARAMS = {"name": "echo", "arguments": {"text": "x"}}
HELLO = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}

SERVER = """
import logging, socket, sys, uvicorn
logging.disable(logging.CRITICAL)
kind, stateless, as_json, fd = sys.argv[1], sys.argv[2] == "True", sys.argv[3] == "True", int(sys.argv[4])
if kind == "sdk":
    from mcp.server.mcpserver import MCPServer
    server = MCPServer("far")
    server.tool(name="echo")(lambda text: text)
    app = server.streamable_http_app(stateless_http=stateless, json_response=as_json)
else:
    from fastmcp import FastMCP
    server = FastMCP("far")
    server.tool(lambda text: text, name="echo")
    app = server.http_app(stateless_http=stateless, json_response=as_json)
# Not by `fd`: uvicorn would take it for a Unix socket, and each answer would wait 40 ms for an acknowledgement.
uvicorn.Server(uvicorn.Config(app, log_level="error")).run([socket.socket(fileno=fd)])
"""

Call = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Measured:
    """One way to one server: median in milliseconds, calls a second with many at once."""

    server: str
    era: str
    direct_ms: float
    link_ms: float
    direct_rate: float
    link_rate: float

    @property
    def ratio(self) -> float:
        """The link's median to the direct one."""
        return self.link_ms / self.direct_ms


async def measure(calls: int, note: Callable[[Measured], None]) -> list[Measured]:
    """Every kind of server, one after the other."""
    found = []
    for kind in ("sdk", "fastmcp"):
        for stateless, as_json in ((True, True), (True, False), (False, True), (False, False)):
            with listen("127.0.0.1", 0) as listener:
                options = [kind, str(stateless), str(as_json), str(listener.fileno())]
                process = subprocess.Popen([sys.executable, "-c", SERVER, *options], pass_fds=[listener.fileno()])
                url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
            name = f"{kind}, {'stateless' if stateless else 'session'}, {'json' if as_json else 'events'}"
            try:
                for era in (LEGACY, MODERN):
                    found.append(await one_way(url, name, era, calls))
                    note(found[-1])
            finally:
                process.kill()
                process.wait()
    return found


async def one_way(url: str, name: str, era: str, calls: int) -> Measured:
    """The link and the direct request, in turns."""
    link = HttpLink(HttpLaunch("far", "Far", "remote", "streamable-http", url), lambda message: None)
    async with httpx2.AsyncClient(trust_env=False, timeout=START_SECONDS) as client:
        direct, linked = await direct_call(client, url, era), await link_call(link, era)
        times: dict[Call, list[float]] = {direct: [], linked: []}
        for number in range(WARM_UP + calls):
            for call, taken in times.items():
                began = time.perf_counter()
                await call()
                if number >= WARM_UP:
                    taken.append((time.perf_counter() - began) * 1000)
        rates = [await rate(call, calls) for call in times]
        medians = [statistics.median(taken) for taken in times.values()]
    await link.close()
    return Measured(name, era, *medians, *rates)


async def direct_call(client: httpx2.AsyncClient, url: str, era: str) -> Call:
    """The request as plain HTTP, after a handshake of its own where the era has one."""
    headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    if is_modern(era):
        headers |= {"mcp-protocol-version": era, "mcp-method": "tools/call", "mcp-name": "echo"}
        params = _stated(era)
    else:
        answer = await client.post(url, headers=headers, content=request(0, "initialize", raw(HELLO)))
        headers |= {"mcp-protocol-version": era}
        if session := answer.headers.get("mcp-session-id"):
            headers["mcp-session-id"] = session
        params = raw(PARAMS)
    numbers = itertools.count(1)

    async def call() -> None:
        body = request(next(numbers), "tools/call", params)
        answer = await client.post(url, headers=headers, content=body)
        answer.raise_for_status()

    return call


def _stated(era: str) -> Raw:
    """The parameters with what the newer protocol wants to be said in each request."""
    return for_server(era, {key: raw(value) for key, value in PARAMS.items()})


async def link_call(link: HttpLink, era: str) -> Call:
    """The same over the link."""
    if not is_modern(era):
        await link.request("initialize", raw(HELLO))
    link.protocol_version = era
    if not is_modern(era):
        await link.notify("notifications/initialized", raw({}))
    params = _stated(era) if is_modern(era) else raw(PARAMS)

    async def call() -> None:
        answer = await link.request("tools/call", params)
        if not isinstance(answer.result, Raw):
            raise SystemExit(f"no result: {answer}")

    return call


async def rate(call: Call, calls: int) -> float:
    """Calls a second with many under way."""

    async def worker() -> None:
        for _ in range(calls // AT_ONCE):
            await call()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return calls // AT_ONCE * AT_ONCE / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=400, help="for each way (default %(default)s)")
    parser.add_argument("--json", action="store_true", help="for scripts")
    arguments = parser.parse_args()
    if arguments.json:
        found = uvloop.run(measure(arguments.calls, lambda one: None))
        rows: list[dict[str, Any]] = [vars(one) | {"ratio": one.ratio} for one in found]
        print(json.dumps(rows, indent=2))
        return
    print(f"{'server':<28}{'era':<12}{'direct ms':>10}{'link ms':>9}{'ratio':>7}{'direct/s x16':>14}{'link/s x16':>12}")
    uvloop.run(measure(arguments.calls, show))


def show(one: Measured) -> None:
    """A row, as soon as it is known."""
    print(
        f"{one.server:<28}{one.era:<12}{one.direct_ms:>10.2f}{one.link_ms:>9.2f}{one.ratio:>7.2f}"
        f"{one.direct_rate:>14,.0f}{one.link_rate:>12,.0f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
