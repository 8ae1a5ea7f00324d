"""How fast calls are: all hubs up at once and visited in turns, each time in another order."""

import asyncio
import contextlib
import itertools
import random
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from hubs import backends
from hubs.backends import Servers
from hubs.clients import Client, HttpClient, StdioClient
from hubs.contestants import LOOPBACK, OURS, Contestant
from hubs.install import NotInstalled
from hubs.memory import own_environment
from hubs.running import NOT_READY, POLL_SECONDS, START_SECONDS, echo, free_port, started
from hubs.samples import Measure, Section, Wanted, percentile
from hubs.scale import Run, Scale, tell

IN_FLIGHT = 16
TEXT = "x" * 16
# Hubs that take milliseconds a call would take most of the run; fewer calls say as much of them.
_VISIT_SECONDS = 1.0
DIRECT = "directly"
LEGACY_ROW, MODERN_ROW = f"{OURS.name}, older client", f"{OURS.name}, newer client"

MEASURES = (
    Measure("p50", "p50", "ms", better="less"),
    Measure("p99", "p99", "ms"),
    Measure("one", "calls/s", ""),
    Measure("many", f"calls/s, {IN_FLIGHT} in flight", "", better="more"),
)

P50_OF_FASTEST = Wanted("p50, of the fastest peer's", 0.35)
RATE_OF_FASTEST = Wanted(f"calls/s at {IN_FLIGHT}, of the fastest peer's", 4, at_least=True)
RATE_OF_DIRECT = Wanted(f"calls/s at {IN_FLIGHT}, of the servers' own", 0.6, at_least=True)
P50_OF_DIRECT = Wanted("p50, of the servers' own", 1.5)

Call = Callable[[], Awaitable[None]]


async def raw_calls(run: Run) -> list[Section]:
    """Calls of five servers that cost next to nothing."""
    section = _section("Calls, 5 raw stdio servers", "What remains is the hub's.", run.hubs)
    await _measure(section, run.hubs, backends.raw(5), run)
    for row in section.ours:
        section.goals += [
            P50_OF_FASTEST.got(section.against_fastest(row, "p50"), row),
            RATE_OF_FASTEST.got(section.against_fastest(row, "many", most=True), row),
        ]
    return [section]


async def sdk_calls(run: Run) -> list[Section]:
    """Calls of four servers on the Python SDK."""
    section = _section("Calls, 4 servers on the Python SDK", "What servers are written with.", run.hubs)
    await _measure(section, run.hubs, backends.sdk(4), run)
    section.goals += [RATE_OF_DIRECT.got(section.ratio(row, DIRECT, "many"), row) for row in section.ours]
    return [section]


async def http_calls(run: Run) -> list[Section]:
    """Calls of three servers that are reached over HTTP."""
    able = [peer for peer in run.hubs if peer.remote]
    section = _section("Calls, 3 HTTP servers on the Python SDK", "A session kept, or one per call?", able)
    section.missing |= {peer.name: "does not take servers by address" for peer in run.hubs if not peer.remote}
    with _serving_http(3) as servers:
        await _until_up(servers)
        await _measure(section, able, servers, run)
    section.goals += [P50_OF_DIRECT.got(section.ratio(row, DIRECT, "p50"), row) for row in section.ours]
    return [section]


def _section(title: str, about: str, peers: Sequence[Contestant]) -> Section:
    rows = [name for peer in peers for name in _rows(peer).values()]
    return Section(title, about, MEASURES, (LEGACY_ROW, MODERN_ROW), tuple(rows))


def _rows(contestant: Contestant) -> dict[bool, str]:
    """The rows of a hub, by whether the client speaks the newer protocol."""
    names = {False: f"{contestant.name}, older client", True: f"{contestant.name}, newer client"}
    return names if contestant.modern else {False: contestant.name}


async def _measure(section: Section, peers: Sequence[Contestant], servers: Servers, run: Run) -> None:
    async with contextlib.AsyncExitStack() as stack:
        calls = {DIRECT: await stack.enter_async_context(_directly(servers))}
        for contestant in (OURS, *peers):
            # A process for each: some hubs suffer when clients of both protocols use the same.
            for modern, row in _rows(contestant).items():
                try:
                    hub = await stack.enter_async_context(started(contestant, servers, run.cache))
                    clients = await hub.connect(modern=modern)
                    await hub.listed(clients, servers)
                    calls[row] = _in_turn([(hub.plan.tool(name, "echo"), clients[name]) for name in servers])
                except (NotInstalled, *NOT_READY) as error:
                    section.missing[row] = str(error)
        await take_turns(section, calls, run.scale)


async def take_turns(section: Section, calls: Mapping[str, Call], scale: Scale) -> None:
    """Rounds in which every row's calls are made, in changing order; adds their numbers to the section."""
    chance = random.Random(0)  # noqa: S311 (the order of visits)
    going = dict(calls)
    # The first round warms everything up and is not counted.
    for number in range(scale.rounds + 1):
        for row in chance.sample(list(going), len(going)):
            try:
                values = await _visit(going[row], scale if number else scale.tiny)
            except (TimeoutError, *NOT_READY) as error:
                section.missing[row] = f"failed: {error or 'no answer in time'}"
                section.rows.pop(row, None)
                del going[row]
                continue
            if number:
                section.add(row, **values)
        tell(f"{section.title}: round {number} of {scale.rounds}")


async def _visit(call: Call, scale: Scale) -> dict[str, float]:
    async with asyncio.timeout(START_SECONDS):
        times, one = await _burst(call, scale.calls, 1)
        _, many = await _burst(call, scale.calls_together, IN_FLIGHT)
    return {
        "p50": percentile(times, 0.5) * 1000,
        "p99": percentile(times, 0.99) * 1000,
        "one": one,
        "many": many,
    }


async def _burst(call: Call, total: int, in_flight: int) -> tuple[list[float], float]:
    """The seconds of each call, and calls a second: `total` of them, or what a slow hub does in a while."""
    times: list[float] = []
    left = iter(range(total))
    began = time.perf_counter()

    async def work() -> None:
        for _ in left:
            call_began = time.perf_counter()
            await call()
            ended = time.perf_counter()
            times.append(ended - call_began)
            if ended - began > _VISIT_SECONDS:
                return

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(in_flight):
                group.create_task(work())
    except ExceptionGroup as failed:
        # As it would be with one in flight: the first says enough.
        raise failed.exceptions[0] from failed
    return times, len(times) / (time.perf_counter() - began)


def _in_turn(tools: Sequence[tuple[str, Client]]) -> Call:
    turns = itertools.cycle(tools)

    async def call() -> None:
        tool, client = next(turns)
        await echo(client, tool, TEXT)

    return call


@contextlib.asynccontextmanager
async def _directly(servers: Servers) -> AsyncIterator[Call]:
    """The servers without a hub."""
    clients = [direct_client(one) for one in servers.values()]
    try:
        await asyncio.gather(*(client.open() for client in clients))
        yield _in_turn([("echo", client) for client in clients])
    finally:
        await asyncio.gather(*(client.close() for client in clients))


def direct_client(server: Mapping[str, Any]) -> Client:
    """A client of one server without a hub."""
    if "url" in server:
        return HttpClient(server["url"])
    return StdioClient([server["command"], *server["args"]], backends.environment(server))


@contextlib.contextmanager
def _serving_http(count: int) -> Iterator[dict[str, Mapping[str, str]]]:
    ports = [free_port() for _ in range(count)]
    processes = [
        subprocess.Popen(backends.http_command(port), env=own_environment(), stdin=subprocess.DEVNULL) for port in ports
    ]
    try:
        yield {f"s{number}": {"url": f"{LOOPBACK}:{port}/mcp"} for number, port in enumerate(ports)}
    finally:
        for process in processes:
            process.terminate()
            process.wait()


async def _until_up(servers: Servers) -> None:
    async with asyncio.timeout(START_SECONDS):
        for server in servers.values():
            client = direct_client(server)
            while True:
                with contextlib.suppress(*NOT_READY):
                    await client.open()
                    break
                await asyncio.sleep(POLL_SECONDS)
            await client.close()
