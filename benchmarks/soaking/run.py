"""One soak from start to end."""

import asyncio
import contextlib
import sys
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from hubs import backends
from hubs.backends import Servers
from hubs.calls import direct_client
from hubs.clients import HttpClient
from hubs.contestants import OURS
from hubs.memory import marked
from hubs.running import NOT_READY, Hub, free_port
from hubs.scale import tell

from hub_launch.run.restart import MOST_FAILURES
from soaking.calling import MOST_FAULTS, Caller, Tally
from soaking.judge import Fault, judge
from soaking.killing import AWAY_SECONDS, Killer
from soaking.watching import MOST_GROWTH_MB, Held, Watch

# Until nothing grows any more by itself: sessions are open, every kind of call was made, every server was used.
WARM_SHARE = 0.2
# The last of the doomed server's ends may have to wait for four backoffs.
DOOM_SECONDS = 60.0
# What a whole machine may stand still before it is that which stands.
STALL_SECONDS = 1.0
_MARK = "SOAK_RUN"


@dataclass(frozen=True, slots=True)
class Soak:
    """How much, and with which chance."""

    calls: int
    clients: int
    servers: int
    seed: int


@dataclass(slots=True)
class Report:
    """What was seen."""

    soak: Soak
    tally: Tally
    kills: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    growth: float = 0.0
    slope: float = 0.0
    memory: tuple[float, float] = (0.0, 0.0)
    """Megabytes, the least and the most."""
    slowest: float = 0.0
    """Seconds that a server without the hub took to answer, at worst."""
    stalls: int = 0
    """How often the hub's event loop stood still for some seconds."""
    held: tuple[Held, Held] | None = None
    """After warming up, and at the end."""
    faults: list[str] = field(default_factory=list)


async def soak(plan: Soak, folder: Path) -> Report:
    """Run it in an empty folder."""
    mark = f"{_MARK}={uuid.uuid4().hex}"
    pids = folder / "pids"
    pids.mkdir()
    servers = _servers(plan.servers, pids, mark)
    doomed = f"s{plan.servers - 1}"
    killer = Killer(pids, servers, doomed, calls=plan.calls, seed=plan.seed)
    report = Report(plan, Tally(int(plan.calls * WARM_SHARE)))
    async with _hub(servers, folder, report) as hub:
        watch = Watch(hub.process.pid, folder / "tasks")
        async with asyncio.timeout(120), asyncio.TaskGroup() as group:
            clients = group.create_task(_clients(plan, hub, servers))
        alone = direct_client(backends.echo())
        await alone.open()
        beside = [watch.sample(lambda: report.tally.made), watch.compare(alone)]
        tasks = [asyncio.create_task(one) for one in beside]
        try:
            await _under_load(plan, hub, clients.result(), killer, watch, report)
        finally:
            for task in tasks:
                task.cancel()
            await alone.close()
        report.slowest = watch.slowest
        report.stalls = (folder / "stalls").read_text().count("Timeout")
        report.kills = dict(killer.kills)
        report.growth, report.slope = watch.growth(), watch.slope()
        report.memory = (min(one for _, one in watch.samples), max(one for _, one in watch.samples))
    if report.stalls and report.slowest < STALL_SECONDS:
        report.faults.append(f"the hub stood still {report.stalls} times; the stacks are in {folder / 'stalls'}")
    if report.growth > MOST_GROWTH_MB:
        report.faults.append(f"the hub's memory grew by {report.growth:.1f} MB; {MOST_GROWTH_MB:.0f} are borne")
    if left := marked(mark):
        report.faults.append(f"processes outlived the hub: {sorted(left)}")
    return report


def _servers(count: int, pids: Path, mark: str) -> Servers:
    """Servers of both protocols in turn."""
    name, _, value = mark.partition("=")
    common = {"ECHO_PIDS": str(pids), name: value}
    legacy = {"ECHO_LEGACY": "1"}
    return {
        f"s{number}": backends.echo(ECHO_NAME=f"s{number}", **common, **(legacy if number % 2 else {}))
        for number in range(count)
    }


@contextlib.asynccontextmanager
async def _hub(servers: Servers, folder: Path, report: Report) -> AsyncIterator[Hub]:
    """The hub as people start it, with a window."""
    plan = OURS.plan(folder, servers, folder, free_port())
    command = [sys.executable, str(Path(__file__).parent / "watched.py"), *plan.command[1:]]
    environ = {**plan.environ, "SOAK_WINDOW": str(folder / "tasks"), "SOAK_STALLS": str(folder / "stalls")}
    hub = Hub(OURS, servers, replace(plan, command=command, environ=environ), folder)
    try:
        yield hub
        if hub.process.poll() is not None:
            report.faults.append(f"the hub ended by itself ({hub.process.returncode}): {hub.said()}")
    finally:
        began = time.monotonic()
        left = await hub.stop()
        if hub.process.returncode != 0 or left:
            ended = f"code {hub.process.returncode} after {time.monotonic() - began:.1f} s, {len(left)} processes left"
            report.faults.append(f"the hub did not end well: {ended}: {hub.said()}")


async def _clients(plan: Soak, hub: Hub, servers: Servers) -> list[tuple[HttpClient, str | None]]:
    """Clients of both protocols, half of them at one server's own address: the client, and that server."""
    await hub.listed(await hub.connect(), servers)
    names = list(servers)
    made: list[tuple[HttpClient, str | None]] = []
    for number in range(plan.clients):
        server = names[number % len(names)] if number // 2 % 2 else None
        path = f"/servers/{server}/mcp" if server else "/mcp"
        client = HttpClient(f"{hub.plan.address}{path}", modern=bool(number % 2))
        await client.open()
        made.append((client, server))
    return made


async def _under_load(
    plan: Soak, hub: Hub, clients: list[tuple[HttpClient, str | None]], killer: Killer, watch: Watch, report: Report
) -> None:
    tally = report.tally
    # From here on the hub watches its event loop.
    await watch.tasks()
    callers = [
        Caller(f"c{plan.seed}-{number}", client, [own] if own else list(hub.servers), prefixed=own is None,
               tally=tally, killer=killer)
        for number, (client, own) in enumerate(clients)
    ]  # fmt: skip
    began = time.monotonic()
    await _all_call(callers)
    warm = await _at_rest(hub, killer, watch, clients, report)
    tell(f"warm after {tally.made:,} calls: {warm}")
    watch.samples.clear()
    tally.wanted = plan.calls
    telling = asyncio.create_task(_tell(tally, watch))
    await _all_call(callers)
    telling.cancel()
    await _doom(hub, killer, report)
    end = await _at_rest(hub, killer, watch, clients, report)
    report.seconds = time.monotonic() - began
    report.held = (warm, end)
    report.faults += tally.faults
    if watch.grown(warm, end):
        report.faults.append(f"the idle hub holds more than it did: {warm}, then {end}")


async def _all_call(callers: list[Caller]) -> None:
    async with asyncio.TaskGroup() as group:
        for caller in callers:
            group.create_task(caller.call_on())


async def _tell(tally: Tally, watch: Watch) -> None:
    while True:
        await asyncio.sleep(10)
        tell(f"{tally.made:,} calls, {dict(tally.outcomes)}, {watch.samples[-1][1] if watch.samples else 0:.0f} MB")


async def _at_rest(
    hub: Hub, killer: Killer, watch: Watch, clients: list[tuple[HttpClient, str | None]], report: Report
) -> Held:
    """What the hub holds when no call is under way and every server but the doomed one serves again."""
    for client, _ in clients:
        await client.close()
    client = HttpClient(f"{hub.plan.address}/mcp", modern=True)
    for server in hub.servers:
        if server != killer.doomed and not await _serves(hub, client, server):
            report.faults.append(f"{server} does not serve {AWAY_SECONDS:.0f} s after the last calls")
    await client.close()
    return await watch.held()


async def _serves(hub: Hub, client: HttpClient, server: str) -> bool:
    """Whether the server answers before its longest absence is over."""
    deadline = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(*NOT_READY):
            await hub.echo(client, server, "back")
            return True
        await asyncio.sleep(0.1)
    return False


async def _doom(hub: Hub, killer: Killer, report: Report) -> None:
    """Kill the doomed server until the hub leaves it alone; a fault if it never does."""
    deadline = time.monotonic() + DOOM_SECONDS
    client = HttpClient(f"{hub.plan.address}/mcp", modern=True)
    name, error = hub.plan.tool(killer.doomed, "echo"), ""
    while f"failed {MOST_FAILURES} times" not in error and len(report.tally.faults) < MOST_FAULTS:
        if time.monotonic() > deadline:
            report.faults.append(
                f"{killer.doomed}, killed {killer.kills[killer.doomed]} times, is not given up: {error}"
            )
            break
        killer.after(0)
        try:
            exchange = await client.exchange("tools/call", {"name": name, "arguments": {"text": "doomed"}})
            error = judge(exchange).error or ""
        except (Fault, *NOT_READY) as fault:
            report.tally.faults.append(f"call of {killer.doomed}: {fault}")
        await asyncio.sleep(0.1)
    await client.close()
