"""Tools called, and servers listed, by plain HTTP: our hub's REST API beside those of the peers that have one."""

import contextlib
from collections.abc import Sequence

from hubs import backends
from hubs.backends import Servers
from hubs.calls import MEASURES, TEXT, Call, take_turns
from hubs.clients import Refused, encode
from hubs.contestants import OURS, Contestant, Rest
from hubs.http1 import Pool, Response
from hubs.install import NotInstalled
from hubs.running import NOT_READY, Hub, started, until_answered
from hubs.samples import Section
from hubs.scale import Run

SERVERS = 5
_LISTED = "A GET. What is said of them is each hub's own: the most by mcp-hub."
HEADERS = [(b"content-type", b"application/json"), (b"accept", b"application/json")]


async def rest(run: Run) -> list[Section]:
    """Calls of five servers that cost next to nothing, and the list of them."""
    able = [peer for peer in run.peers if peer.rest]
    peers = tuple(peer.name for peer in able)
    calls = Section("A tool called by plain HTTP, 5 raw stdio servers", "A POST.", MEASURES, (OURS.name,), peers)
    lists = Section("Servers listed by plain HTTP, 5 raw stdio servers", _LISTED, MEASURES, (OURS.name,), peers)
    servers = backends.raw(SERVERS)
    async with contextlib.AsyncExitStack() as stack:
        called: dict[str, Call] = {}
        listed: dict[str, Call] = {}
        for contestant in (OURS, *able):
            try:
                hub = await stack.enter_async_context(started(contestant, servers, run.cache))
                called[contestant.name], listed[contestant.name] = await _ready(hub, contestant, servers)
            except (NotInstalled, *NOT_READY) as error:
                calls.missing[contestant.name] = lists.missing[contestant.name] = str(error)
        await take_turns(calls, called, run.scale)
        await take_turns(lists, listed, run.scale)
    return [calls, lists]


async def _ready(hub: Hub, contestant: Contestant, servers: Servers) -> tuple[Call, Call]:
    """What calls a tool and what lists the servers, as soon as both answer."""
    assert contestant.rest  # noqa: S101 (only those are asked)
    pool = Pool(hub.plan.address)
    call, listing = _calling(pool, contestant.rest, list(servers)), _listing(pool, contestant.rest, list(servers))
    for _ in servers:
        await until_answered(hub, call)
    await until_answered(hub, listing)
    return call, listing


def _calling(pool: Pool, api: Rest, servers: Sequence[str]) -> Call:
    turns = [api.call(server, "echo", {"text": TEXT}) for server in servers]
    requests = [(path, encode(body)) for path, body in turns]
    number = 0

    async def call() -> None:
        nonlocal number
        path, body = requests[number % len(requests)]
        _require(await pool.post(path, HEADERS, body), TEXT)
        # Counted when it was answered: until then the same server is asked again.
        number += 1

    return call


def _listing(pool: Pool, api: Rest, servers: Sequence[str]) -> Call:
    async def call() -> None:
        _require(await pool.request(b"GET", api.servers, HEADERS[1:]), servers[-1])

    return call


def _require(response: Response, text: str) -> None:
    if response.status != 200 or text.encode() not in response.body:
        raise Refused(f"{response.status}: {bytes(response.body[:300]).decode(errors='replace')}")
