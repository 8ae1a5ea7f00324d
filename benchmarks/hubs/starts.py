"""How long a start takes, and what the hub then needs; and what one server that never answers does to the others."""

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from hubs import backends
from hubs.backends import Servers
from hubs.calls import direct_client
from hubs.contestants import OURS, Contestant
from hubs.install import NotInstalled
from hubs.memory import hub_memory
from hubs.running import NOT_READY, Hub, started, tools
from hubs.samples import Measure, Section, Wanted
from hubs.scale import Run, tell

ALONE = "the servers alone"
KNOWN = f"{OURS.name}, known definitions"
# Good servers beside the bad one: quick ones, so that what is seen is the hub's.
GOOD = 4

START_MEASURES = (
    Measure("open", "opens", "s"),
    Measure("listed", "complete list", "s", better="less"),
    Measure("called", "every server called", "s"),
)
MEMORY_MEASURES = (
    Measure("rss", "RSS after lists and calls", "MB", better="less"),
    Measure("pss", "PSS after lists and calls", "MB"),
    Measure("rss_more", "RSS after prompts and resources too", "MB"),
    Measure("pss_more", "PSS after prompts and resources too", "MB"),
)
BAD_MEASURES = (
    Measure("listed", "others listed later by", "s"),
    Measure("called", "others callable later by", "s"),
)

LIST_OF_ALONE = Wanted(f"complete list, of {ALONE}", 1.1)
KNOWN_LIST = Wanted("complete list with known definitions, seconds", 0.5)
EARLY_MEMORY = Wanted("RSS before FastMCP is needed, MB", 60)
OTHERS_LISTED = Wanted("others listed later by, seconds", 1)
OTHERS_CALLED = Wanted("others callable later by, seconds", 1)


async def starts(run: Run) -> list[Section]:
    """Time to the first complete list, and memory, with many servers of two SDKs."""
    names = tuple(peer.name for peer in run.hubs)
    many = run.scale.servers
    start = Section(
        f"Start, {many} servers on the Python and TypeScript SDKs",
        "Seconds from the hub's start; its first start, and one where it knows the definitions from an earlier run.",
        START_MEASURES, (OURS.name, KNOWN), names,
    )  # fmt: skip
    memory = Section(
        f"Memory of the hub without its {many} servers",
        "Before anything but lists and calls of tools is asked for, and after.",
        MEMORY_MEASURES, (OURS.name, KNOWN), names,
    )  # fmt: skip
    try:
        servers = backends.mixed(many, run.cache)
    except NotInstalled as error:
        start.missing["TypeScript servers"] = str(error)
        servers = backends.sdk(many)
    for number in range(run.scale.starts):
        await _round(start, memory, run.hubs, servers, run.cache)
        tell(f"{start.title}: round {number + 1} of {run.scale.starts}")
    start.goals += [
        LIST_OF_ALONE.got(start.ratio(OURS.name, ALONE, "listed")),
        KNOWN_LIST.got(start.value(KNOWN, "listed")),
    ]
    memory.goals.append(EARLY_MEMORY.got(memory.value(KNOWN, "rss")))
    return [start, memory]


async def _round(start: Section, memory: Section, peers: Sequence[Contestant], servers: Servers, cache: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-", ignore_cleanup_errors=True) as folder:

        async def own() -> None:
            await _one(start, memory, OURS, OURS.name, servers, cache, Path(folder))
            await _one(start, memory, OURS, KNOWN, servers, cache, Path(folder))

        runs: list[Callable[[], Awaitable[None]]] = [own, partial(_alone, start, servers)]
        runs += [partial(_one, start, memory, peer, peer.name, servers, cache, None) for peer in peers]
        for run in random.sample(runs, len(runs)):
            await run()


async def _one(
    start: Section,
    memory: Section,
    contestant: Contestant,
    row: str,
    servers: Servers,
    cache: Path,
    folder: Path | None,
) -> None:
    if contestant.name in start.missing:
        return
    try:
        async with started(contestant, servers, cache, folder) as hub:
            clients = await hub.connect()
            opened = hub.age
            listed = await hub.listed(clients, servers)
            called = await hub.called(clients, servers)
            start.add(row, open=opened, listed=listed, called=called)
            before = hub_memory(hub.process.pid)
            for client in dict.fromkeys(clients.values()):
                for method in ("prompts/list", "resources/list"):
                    # Not all hubs have them; asking is what counts.
                    with contextlib.suppress(*NOT_READY):
                        await client.request(method, {})
            after = hub_memory(hub.process.pid)
            if before and after:
                memory.add(row, rss=before["rss"], pss=before["pss"], rss_more=after["rss"], pss_more=after["pss"])
            for client in dict.fromkeys(clients.values()):
                await client.close()
    except (NotInstalled, *NOT_READY) as error:
        start.missing[contestant.name] = memory.missing[contestant.name] = str(error)


async def _alone(section: Section, servers: Servers) -> None:
    """All servers started at the same time and listed, with no hub."""
    clients = [direct_client(one) for one in servers.values()]
    began = time.monotonic()
    try:
        await asyncio.gather(*(client.open() for client in clients))
        await asyncio.gather(*(tools(client) for client in clients))
        section.add(ALONE, listed=time.monotonic() - began)
    finally:
        await asyncio.gather(*(client.close() for client in clients))


async def one_hangs(run: Run) -> list[Section]:
    """What the good servers' users wait for because of one that starts and never answers."""
    section = Section(
        f"One hanging server beside {GOOD} good ones",
        f"Seconds from the hub's start, less those of a start without the hanging one; at most {_HUNG_SECONDS:.0f}.",
        BAD_MEASURES, (OURS.name,), tuple(peer.name for peer in run.hubs),
    )  # fmt: skip
    # Who never lists them once is not waited for again.
    out: set[str] = set()
    for number in range(run.scale.starts):
        for contestant in random.sample((OURS, *run.hubs), len(run.hubs) + 1):
            if contestant.name not in out and not await _hung(section, contestant, run.cache):
                out.add(contestant.name)
        tell(f"{section.title}: round {number + 1} of {run.scale.starts}")
    section.goals += [
        OTHERS_LISTED.got(section.value(OURS.name, "listed")),
        OTHERS_CALLED.got(section.value(OURS.name, "called")),
    ]
    return [section]


_HUNG_SECONDS = 30.0


async def _hung(section: Section, contestant: Contestant, cache: Path) -> bool:
    """Whether the good servers could be used."""
    good = backends.raw(GOOD)
    try:
        usual = await _usable(contestant, good, good, cache)
        hung = await _usable(contestant, {**good, "bad": backends.hanging()}, good, cache)
    except (NotInstalled, *NOT_READY) as error:
        section.missing[contestant.name] = str(error)
        return False
    values = {what: max(0.0, hung[what] - usual[what]) for what in usual if what in hung}
    never = sorted(set(usual) - set(hung))
    if never:
        section.missing[f"{contestant.name}: {', '.join(never)}"] = f"not within {_HUNG_SECONDS:.0f} s"
    section.add(contestant.name, **values)
    return not never


async def _usable(contestant: Contestant, servers: Servers, wanted: Servers, cache: Path) -> dict[str, float]:
    """The hub's age when the wanted servers are listed, and when they can be called; what never comes is left out."""
    async with started(contestant, servers, cache) as hub:
        found: dict[str, float] = {}
        # A list that never comes must not hold up the calls.
        await asyncio.gather(_note(found, "listed", hub, wanted), _note(found, "called", hub, wanted))
        return found


async def _note(found: dict[str, float], what: str, hub: Hub, wanted: Servers) -> None:
    with contextlib.suppress(TimeoutError, *NOT_READY):
        async with asyncio.timeout(_HUNG_SECONDS):
            clients = hub.plan.clients(False)
            wanted_clients = {name: clients[name] for name in wanted}
            for client in dict.fromkeys(wanted_clients.values()):
                await hub.until_open(client)
            found[what] = await (hub.listed if what == "listed" else hub.called)(wanted_clients, wanted)
