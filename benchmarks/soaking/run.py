"""One soak from start to end."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hubs import backends
from hubs.calls import direct_client
from hubs.clients import HttpClient
from hubs.memory import marked
from hubs.running import NOT_READY, Hub
from hubs.scale import tell

from hub_launch.run.restart import MOST_FAILURES, WINDOW_SECONDS
from soaking.audited import audited
from soaking.calling import MOST_FAULTS, Caller, Load, Tally
from soaking.disturbances import DISTURBANCES, Disturbance, hostile, sessions
from soaking.disturbing import Disturbing
from soaking.judge import Fault, judge
from soaking.killing import AWAY_SECONDS, Killer
from soaking.scene import Scene, require_status
from soaking.stage import make_scene, running
from soaking.stalls import stalls
from soaking.watching import MOST_DISK_MB, MOST_GROWTH_MB, SAMPLE_SECONDS, Held, Sample, Watch, disk

# Until nothing grows any more by itself: sessions are open, every kind of call was made, every server was used.
WARM_SHARE = 0.2
# The last of the doomed server's ends may have to wait for four backoffs.
DOOM_SECONDS = 60.0
# For the servers' starts, and ten thousand greetings.
WAKE_SECONDS = 600.0
# What a whole machine may stand still before it is that which stands.
MACHINE_SECONDS = 1.0
# Looks at the hub's memory, for each of which all processes are looked at: those of an hour.
MOST_SAMPLES = 720
_MOST = 10**12
_MARK = "SOAK_RUN"


@dataclass(frozen=True, slots=True)
class Soak:
    """How much, and with which chance."""

    minutes: float
    """How long there is load; 0: until all calls are made."""
    calls: int
    """How many; in a run of some minutes how many are about expected."""
    clients: int
    servers: int
    seed: int

    @property
    def short(self) -> bool:
        """Whether it is over after so many calls and not after so long a time."""
        return not self.minutes

    @property
    def pause(self) -> float:
        """Seconds between two calls of one client."""
        return 0.0 if self.short else self.minutes * 60 * self.clients / self.calls


@dataclass(slots=True)
class Report:
    """What was seen."""

    soak: Soak
    tally: Tally
    kills: dict[str, int] = field(default_factory=dict)
    began: float = 0.0
    warmed: float = 0.0
    ended: float = 0.0
    """When the load began, was warm and was over, as time.monotonic() has it."""
    growth: float = 0.0
    slope: float = 0.0
    memory: tuple[float, float] = (0.0, 0.0)
    """Megabytes, the least and the most."""
    samples: list[Sample] = field(default_factory=list)
    slowest: float = 0.0
    """Seconds that a server without the hub took to answer, at worst."""
    stalls: int = 0
    """How often the hub's event loop stood still for some seconds."""
    held: tuple[Held, Held] | None = None
    """After warming up, and at the end."""
    disk: tuple[float, float] = (0.0, 0.0)
    """Megabytes in the hub's folders, at these two times."""
    asked: int = 0
    """Requests for files of the registry."""
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Course:
    """What the steps of one run share."""

    plan: Soak
    folder: Path
    scene: Scene
    hub: Hub
    watch: Watch
    disturbing: Disturbing
    report: Report

    @property
    def killer(self) -> Killer:
        return self.scene.killer


async def soak(plan: Soak, folder: Path, table: Mapping[str, Disturbance] = DISTURBANCES) -> Report:
    """Run it in an empty folder."""
    mark = f"{_MARK}={uuid.uuid4().hex}"
    pids = folder / "pids"
    pids.mkdir()
    names = tuple(f"s{number}" for number in range(plan.servers))
    seconds = plan.minutes * 60 or WINDOW_SECONDS
    killer = Killer(pids, names, names[-1], calls=plan.calls, seed=plan.seed, seconds=seconds)
    scene = make_scene(folder, killer, names, mark, short=plan.short)
    report = Report(plan, Tally(int(plan.calls * WARM_SHARE)))
    async with running(scene, names, folder, report.faults) as hub:
        between = max(SAMPLE_SECONDS, plan.minutes * 60 / MOST_SAMPLES)
        watch = Watch(hub.process.pid, folder / "tasks", between)
        disturbing = Disturbing(scene, table, report.tally, plan.seed)
        await _watched(_Course(plan, folder, scene, hub, watch, disturbing, report))
        report.slowest, report.samples = watch.slowest, watch.samples
        report.stalls = stalls((folder / "stalls").read_text())
        report.kills, report.asked = dict(killer.kills), scene.web.asked
        report.growth, report.slope = watch.growth(), watch.slope()
        report.memory = (min(one.megabytes for one in watch.samples), max(one.megabytes for one in watch.samples))
    report.faults += wrong_with(report, folder)
    if left := marked(mark):
        report.faults.append(f"processes outlived the hub: {sorted(left)}")
    return report


def wrong_with(report: Report, folder: Path) -> Iterator[str]:
    """What the figures say is wrong."""
    if report.stalls and report.slowest < MACHINE_SECONDS:
        yield f"the hub stood still {report.stalls} times; the stacks are in {folder / 'stalls'}"
    if report.growth > MOST_GROWTH_MB:
        yield f"the hub's memory grew by {report.growth:.1f} MB; {MOST_GROWTH_MB:.0f} are borne"
    if report.disk[1] - report.disk[0] > MOST_DISK_MB:
        yield f"the hub's files grew from {report.disk[0]:.1f} to {report.disk[1]:.1f} MB"
    if report.held and Watch.grown(*report.held):
        yield f"the idle hub holds more than it did: {report.held[0]}, then {report.held[1]}"


async def _watched(course: _Course) -> None:
    watch, report = course.watch, course.report
    async with asyncio.timeout(WAKE_SECONDS):
        clients = await _clients(course)
        await _woken(course)
    alone = direct_client(backends.echo())
    await alone.open()
    beside = [watch.sample(lambda: report.tally.made), watch.compare(alone)]
    tasks = [asyncio.create_task(one) for one in beside]
    try:
        await _under_load(course, clients)
    finally:
        for task in tasks:
            task.cancel()
        await alone.close()


async def _clients(course: _Course) -> list[tuple[HttpClient, str | None]]:
    """Clients of both protocols, half of them at one server's own address: the client, and that server."""
    hub, names = course.hub, list(course.hub.servers)
    await hub.listed(await hub.connect(), hub.servers)
    made: list[tuple[HttpClient, str | None]] = []
    for number in range(course.plan.clients):
        server = names[number % len(names)] if number // 2 % 2 else None
        client = course.scene.client(f"/servers/{server}/mcp" if server else "/mcp", modern=bool(number % 2))
        await client.open()
        made.append((client, server))
    return made


async def _woken(course: _Course) -> None:
    """Have the hub load what it loads when it is first needed: the REST API, and FastMCP for what is irregular.

    In a long run it is also given the most sessions that it remembers: their growth is no leak.
    """
    require_status(await course.scene.rest("GET", "/openapi.json"), 200)
    require_status(await course.scene.rest("POST", "/mcp", []), 406)
    if not course.plan.short:
        await sessions.fill(course.scene)


async def _under_load(course: _Course, clients: list[tuple[HttpClient, str | None]]) -> None:
    plan, tally, watch, report = course.plan, course.report.tally, course.watch, course.report
    # From here on the hub watches its event loop.
    await watch.tasks()
    load = Load(tally, course.killer, plan.pause)
    callers = [
        Caller(f"c{plan.seed}-{number}", client, [own] if own else list(course.hub.servers),
               prefixed=own is None, load=load)
        for number, (client, own) in enumerate(clients)
    ]  # fmt: skip
    report.began = time.monotonic()
    _until(course, WARM_SHARE)
    await _all_call(course, callers)
    warm = await _at_rest(course, clients)
    before = disk(course.folder / "home")
    tell(f"warm after {tally.made:,} calls: {warm}, {before:.1f} MB on the disk")
    watch.samples.clear()
    report.warmed = time.monotonic()
    _until(course, 1 - WARM_SHARE)
    tally.wanted = plan.calls if plan.short else _MOST
    await _all_call(course, callers)
    report.ended = time.monotonic()
    await _doom(course)
    end = await _at_rest(course, clients)
    try:
        await audited(course.scene, course.folder)
    except Fault as fault:
        report.faults.append(str(fault))
    report.held = (warm, end)
    report.disk = (before, disk(course.folder / "home"))
    report.faults += tally.faults


def _until(course: _Course, share: float) -> None:
    """Have that share of the time be for calls, from now on."""
    if not course.plan.short:
        course.report.tally.wanted = _MOST
        course.report.tally.until = time.monotonic() + course.plan.minutes * 60 * share


async def _all_call(course: _Course, callers: list[Caller]) -> None:
    telling = asyncio.create_task(_tell(course))
    async with course.disturbing.beside(), asyncio.TaskGroup() as group:
        for caller in callers:
            group.create_task(caller.call_on())
    telling.cancel()


async def _tell(course: _Course) -> None:
    tally, samples = course.report.tally, course.watch.samples
    while True:
        await asyncio.sleep(max(10, course.plan.minutes))
        memory = samples[-1].megabytes if samples else 0
        tell(f"{tally.made:,} calls, {dict(tally.outcomes)}, {memory:.0f} MB, {len(tally.faults)} faults")


async def _at_rest(course: _Course, clients: list[tuple[HttpClient, str | None]]) -> Held:
    """What the hub holds when nobody asks, it consists of what it did at first, and every server serves but one."""
    hub, scene = course.hub, course.scene
    for client, _ in clients:
        await client.close()
    scene.setting.reset()
    require_status(await scene.rest("POST", "/v0/reload"), 200)
    await scene.until_ids()
    client = scene.client()
    for server in hub.servers:
        if server != course.killer.doomed and not await _serves(hub, client, server):
            course.report.faults.append(f"{server} does not serve {AWAY_SECONDS:.0f} s after the last calls")
    await client.close()
    # At whose own address something irregular was asked is chance, too: FastMCP is set up there, with a task.
    for server in scene.steady:
        require_status(await scene.rest("POST", f"/servers/{server}/mcp", []), 406, 503)
    # Which of these were called is chance; what they hold would be taken for what was left behind.
    await _order_hostile(scene, "stop")
    held = await course.watch.held()
    await _order_hostile(scene, "start")
    return held


async def _order_hostile(scene: Scene, order: str) -> None:
    for name in hostile.CASES:
        if name in scene.setting.servers:
            require_status(await scene.rest("POST", f"/v0/servers/{name}/{order}"), 200)


async def _serves(hub: Hub, client: HttpClient, server: str) -> bool:
    """Whether the server answers before its longest absence is over."""
    deadline = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(*NOT_READY):
            await hub.echo(client, server, "back")
            return True
        await asyncio.sleep(0.1)
    return False


async def _doom(course: _Course) -> None:
    """Kill the doomed server until the hub leaves it alone; a fault if it never does."""
    hub, killer, report = course.hub, course.killer, course.report
    deadline = time.monotonic() + DOOM_SECONDS
    client = course.scene.client()
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
            report.tally.wrong(f"call of {killer.doomed}: {fault}")
        await asyncio.sleep(0.1)
    await client.close()
