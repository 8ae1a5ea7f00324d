"""What a call of a remote server costs over the hub's link, beside the same request sent with httpx2.

Real servers of the MCP SDK and of FastMCP on loopback, with and without sessions, answering with JSON and with events,
in both eras of the protocol. They take turns: what else the machine does hits both.
"""

import asyncio
import itertools
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import httpx2
from hubs.samples import Measure, Section, Wanted
from hubs.scale import Run, tell
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


MEASURES = (
    Measure("p50", "p50", "ms", better="less"),
    Measure("many", f"calls/s, {AT_ONCE} in flight", "", better="more"),
)
ERAS = {LEGACY: "older protocol", MODERN: "newer protocol"}
LIBRARIES = {"sdk": "Python SDK", "fastmcp": "FastMCP"}
KINDS = [
    (library, stateless, as_json) for library in LIBRARIES for stateless in (True, False) for as_json in (True, False)
]
P50 = Wanted("p50, of the direct request, in the worst of all ways", 1.5)


async def remote(run: Run) -> list[Section]:
    """Every kind of server, one after the other."""
    names = {kind: _name(*kind) for kind in KINDS}
    sections = {era: _section(era, list(names.values())) for era in ERAS}
    for kind, name in names.items():
        with listen("127.0.0.1", 0) as listener:
            options = [*map(str, kind), str(listener.fileno())]
            process = subprocess.Popen([sys.executable, "-c", SERVER, *options], pass_fds=[listener.fileno()])
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        try:
            for era, section in sections.items():
                await _one_way(section, url, name, era, run)
        finally:
            process.kill()
            process.wait()
        tell(f"remote: {name}")
    for section in sections.values():
        ratios = [section.ratio(name, _direct(name), "p50") or 0.0 for name in section.ours]
        section.goals.append(P50.got(max(ratios)))
    return list(sections.values())


def _section(era: str, names: list[str]) -> Section:
    beside = {name: (_direct(name),) for name in names}
    about = "Over the hub's link, and the same request sent with httpx2."
    return Section(f"A call of a remote server, {ERAS[era]}", about, MEASURES, tuple(names), (), beside=beside)


def _name(library: str, stateless: bool, as_json: bool) -> str:
    return f"{LIBRARIES[library]}, {'no sessions' if stateless else 'sessions'}, {'JSON' if as_json else 'events'}"


def _direct(name: str) -> str:
    return f"{name}: directly"


async def _one_way(section: Section, url: str, name: str, era: str, run: Run) -> None:
    """The link and the direct request, in turns."""
    link = HttpLink(HttpLaunch("far", "Far", "remote", "streamable-http", url), lambda message: None)
    async with httpx2.AsyncClient(trust_env=False, timeout=START_SECONDS) as client:
        calls = {_direct(name): await direct_call(client, url, era), name: await link_call(link, era)}
        for _ in range(WARM_UP):
            for call in calls.values():
                await call()
        for _ in range(run.scale.rounds):
            await _round(section, calls, run.scale.calls // 2)
    await link.close()


async def _round(section: Section, calls: dict[str, Call], count: int) -> None:
    taken: dict[str, list[float]] = {row: [] for row in calls}
    for _ in range(count):
        for row, call in calls.items():
            began = time.perf_counter()
            await call()
            taken[row].append((time.perf_counter() - began) * 1000)
    for row, call in calls.items():
        section.add(row, p50=statistics.median(taken[row]), many=await rate(call, count))


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
