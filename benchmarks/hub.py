"""How much a hub costs: calls, starts, memory, and one bad server; our hub in one run with three others and with none.

Everything is measured in rounds, in which the hubs take turns in changing order, so that whatever else the machine
does hits all alike; of a measure the median over rounds is shown, of two hubs the median of the rounds' ratios. All
are asked by the same raw client. The peers are installed by npm and uv (else pip) into a cache folder, once; one that
cannot be installed is reported and left out. Needs a machine with nothing else to do, and a quarter of an hour;
`--quick` takes a few minutes.
"""

import argparse
import asyncio
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from hubs import calls, report, starts
from hubs.contestants import PEERS, Contestant
from hubs.plot import as_svg
from hubs.samples import Section
from hubs.scale import QUICK, WHOLE, Scale
from platformdirs import user_cache_path

Measure = Callable[[Sequence[Contestant], Path, Scale], Awaitable[Section | list[Section]]]

PARTS: dict[str, Measure] = {
    "calls": calls.raw_calls,
    "sdk": calls.sdk_calls,
    "http": calls.http_calls,
    "start": starts.starts,
    "hang": starts.one_hangs,
}


def main(argv: Sequence[str]) -> int:
    """Measure and print. Returns 0, whatever the numbers are."""
    arguments = _parse(argv)
    where = report.machine(os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0)
    peers = [peer for peer in PEERS if peer.name in arguments.peers]
    scale = QUICK if arguments.quick else WHOLE
    scale = replace(scale, rounds=arguments.rounds or scale.rounds)
    # The client's event loop is the hub's, where there is one for both.
    factory = importlib.import_module("uvloop").new_event_loop if importlib.util.find_spec("uvloop") else None
    with asyncio.Runner(loop_factory=factory) as runner:
        sections = runner.run(_measure(arguments.parts, peers, arguments.cache, scale))
    found = report.as_json(where, sections)
    if arguments.plot:
        arguments.plot.write_text(as_svg(sections))
    if arguments.save:
        arguments.save.parent.mkdir(parents=True, exist_ok=True)
        arguments.save.write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found, indent=2) if arguments.json else report.as_markdown(where, sections))
    return 0


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [peer.name for peer in PEERS]
    cache = user_cache_path("hub-launch-benchmarks", appauthor=False)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"what to measure, of {', '.join(PARTS)} (default: all)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds and calls: a few minutes")
    parser.add_argument("--rounds", type=int, help=f"rounds of calls (default: {WHOLE.rounds}, quick {QUICK.rounds})")
    parser.add_argument("--peers", nargs="*", default=names, choices=names, help="hubs beside ours (default: all)")
    parser.add_argument("--cache", type=Path, default=cache, help="where peers are installed (default: %(default)s)")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the JSON there too")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw what is compared, as SVG")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    arguments = parser.parse_args(argv)
    arguments.parts = arguments.parts or list(PARTS)
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return arguments


async def _measure(parts: Sequence[str], peers: Sequence[Contestant], cache: Path, scale: Scale) -> list[Section]:
    sections: list[Section] = []
    for part in parts:
        measured = await PARTS[part](peers, cache, scale)
        sections += measured if isinstance(measured, list) else [measured]
        # What was measured so far is not lost if the rest takes too long for somebody.
        print(report.part_as_markdown(sections[-1]), file=sys.stderr)
    return sections


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
