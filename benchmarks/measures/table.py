"""The table of all benchmarks. To add one: a function that returns sections, and a line in BENCHMARKS."""

import asyncio
import importlib
import importlib.util
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from hubs import calls, starts
from hubs.contestants import Contestant
from hubs.peers import PEERS
from hubs.samples import Section, Wanted
from hubs.scale import Run

from measures import catalog, compiler, refresh, remote, rest, search, soak

Measured = Callable[[Run], list[Section]]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One line of `make bench`. Which way a measure is better stands at the measure."""

    name: str
    title: str
    measure: Measured
    ratio: str
    """What is divided by what, and compared with the last results."""
    goals: tuple[Wanted, ...] = ()
    """What the project wants; those that need more than was measured are left out of a result."""
    peers: Sequence[Contestant] = ()
    """Hubs that take part."""
    minutes: float = 5
    """After so many it is ended, and has failed: some three times what it takes."""


def in_loop(measure: Callable[[Run], Coroutine[Any, Any, list[Section]]]) -> Measured:
    """In an event loop: the hub's, where there is one for both."""

    def measured(run: Run) -> list[Section]:
        factory = importlib.import_module("uvloop").new_event_loop if importlib.util.find_spec("uvloop") else None
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(measure(run))

    return measured


_PARSING = "seconds of each run, of parsing the same files with PyYAML alone"
_HUBS = "p50 and calls/s of each kind of client, of each peer's and of the servers' own"
HUBS = tuple(peer for peer in PEERS if peer.mcp)
REMOTE_HUBS = tuple(peer for peer in HUBS if peer.remote)
REST_HUBS = tuple(peer for peer in PEERS if peer.rest)

BENCHMARKS: tuple[Benchmark, ...] = (
    Benchmark("check", "Checking entries", compiler.check, _PARSING, (compiler.CHECK_COLD, compiler.CHECK_CHANGED)),
    Benchmark(
        "site", "Compiling the site", compiler.site, _PARSING,
        (compiler.SITE_COLD, compiler.SITE_CHANGED, compiler.SITE_GROWTH, compiler.SITE_MEMORY), minutes=20,
    ),
    Benchmark(
        "pages", "Pages for people", compiler.pages, "seconds with pages, of the data alone and unchanged",
        (compiler.PAGES_ON_TOP, compiler.PAGE_SIZE),
    ),
    Benchmark(
        "list", "The static API's list", compiler.listed, "compressed size, of the size as it is",
        (compiler.LIST_COMPRESSED,),
    ),
    Benchmark(
        "refresh", "Asking a registry again", refresh.refresh, "requests, bytes and seconds, of the first download's",
        (refresh.REQUESTS, refresh.KILOBYTES),
    ),
    Benchmark(
        "search", "Searching", search.search, "a kept index, of the document; a command, of its imports alone",
        (search.SEARCH, search.SIGNING),
    ),
    Benchmark(
        "catalog", "The catalog in a browser", catalog.catalog, "until it can be used, of loading a page of prose",
        (catalog.INTERACTIVE,), minutes=10,
    ),
    Benchmark("rest", "Plain HTTP", in_loop(rest.rest), "p50 and calls/s, of each peer's", peers=REST_HUBS),
    Benchmark(
        "calls", "Calls of servers that cost nothing", in_loop(calls.raw_calls), _HUBS,
        (calls.P50_OF_FASTEST, calls.RATE_OF_FASTEST), HUBS, minutes=10,
    ),
    Benchmark(
        "sdk", "Calls of servers on the Python SDK", in_loop(calls.sdk_calls), _HUBS, (calls.RATE_OF_DIRECT,), HUBS,
        minutes=10,
    ),
    Benchmark(
        "http", "Calls of HTTP servers", in_loop(calls.http_calls), _HUBS, (calls.P50_OF_DIRECT,), REMOTE_HUBS,
        minutes=10,
    ),
    Benchmark(
        "start", "Start, and memory", in_loop(starts.starts),
        "seconds to a complete list, and memory, of each peer's and of the servers alone",
        (starts.LIST_OF_ALONE, starts.KNOWN_LIST, starts.EARLY_MEMORY), HUBS, minutes=20,
    ),
    Benchmark(
        "hang", "One bad server", in_loop(starts.one_hangs), "none: the seconds themselves",
        (starts.OTHERS_LISTED, starts.OTHERS_CALLED), HUBS, minutes=20,
    ),
    Benchmark(
        "remote", "The way to a remote server", in_loop(remote.remote), "p50 and calls/s, of the same by httpx2",
        (remote.P50,), minutes=10,
    ),
    Benchmark("soak", "Under load, with servers killed", soak.soak, "none: what must not happen", (soak.FAULTS,)),
)  # fmt: skip
