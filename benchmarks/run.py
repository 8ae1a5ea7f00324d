"""Every benchmark of the project, or those that are named: measured, written to a file each, compared with the last.

Each is measured in a process of its own: one that fails or takes too long is reported, and the others go on. Whole
results replace those in benchmarks/results/, from which the documentation's page is written; quick ones go elsewhere.
A ratio that is more than 15 % worse than in the last commit is printed. Peers are installed by npm and uv (else pip)
into a cache folder, once; one that cannot be installed is reported and left out. Needs a machine with nothing else to
do, and half an hour; --quick takes some minutes.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hubs import backends
from hubs.install import NotInstalled
from hubs.peers import PEERS
from hubs.scale import QUICK, WHOLE, Run, tell
from measures.alone import Failed, measured_alone, write_tables
from measures.machine import commit, load, machine
from measures.table import BENCHMARKS, Benchmark
from platformdirs import user_cache_path

from hub_build.measured.compare import NOTABLE, changes, missed
from hub_build.measured.files import RESULTS, ROOT, committed, write_result
from hub_build.measured.markdown import result_lines
from hub_build.measured.model import BUSY_LOAD, Load, Result

QUICK_RESULTS = ROOT / "dist" / "benchmarks"
TABLE = {one.name: one for one in BENCHMARKS}

Pair = tuple[Result | None, Result]
"""The result of the last commit, and the new one."""


def main(argv: Sequence[str]) -> int:
    """Measure, write, compare. Returns 1 if a benchmark failed, and with --fail if a ratio got notably worse."""
    arguments = _parse(argv)
    if arguments.tables:
        write_tables(arguments.tables, TABLE[arguments.names[0]].measure(_run(arguments, arguments.names[0])))
        return 0
    busy = load()
    if busy > BUSY_LOAD:
        tell(f"others use the machine (load {busy}): the results will say so, and only ratios will say something")
    _install(arguments)
    pairs, failed = _all(arguments, argv, busy)
    worse = _compared(pairs)
    for line in failed:
        print(f"FAILED {line}")
    return 1 if failed or (arguments.fail and worse) else 0


def _all(arguments: argparse.Namespace, argv: Sequence[str], busy: float) -> tuple[list[Pair], list[str]]:
    """Measure, print and write each. Returns results with those before them, and what failed."""
    pairs: list[Pair] = []
    failed: list[str] = []
    for name in arguments.names:
        try:
            now = _measured(TABLE[name], arguments, argv, busy)
        except Failed as error:
            failed.append(f"{name}: {error}")
            print(f"\n{name} failed: {error}", flush=True)
            continue
        except KeyboardInterrupt:
            failed.append(f"{name}: stopped, and all after it")
            break
        print("\n".join(["", *result_lines(now)]), flush=True)
        # Before the file is another.
        pairs.append((committed(RESULTS / f"{name}.json"), now))
        write_result(arguments.to or (QUICK_RESULTS if arguments.quick else RESULTS), now)
    return pairs, failed


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [peer.name for peer in PEERS]
    cache = user_cache_path("hub-launch-benchmarks", appauthor=False)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(TABLE)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="smaller, and fewer rounds: some minutes")
    parser.add_argument("--rounds", type=int, help=f"(default: {WHOLE.rounds}, quick {QUICK.rounds})")
    parser.add_argument("--peers", nargs="*", default=names, choices=names, help="hubs beside ours (default: all)")
    parser.add_argument("--cache", type=Path, default=cache, help="where peers are installed (default: %(default)s)")
    parser.add_argument(
        "--to", type=Path, help="the results' folder (default: benchmarks/results, quick dist/benchmarks)"
    )
    parser.add_argument("--fail", action="store_true", help="exit with 1 if a ratio is more than 15 %% worse")
    # How one of them is measured in a process of its own.
    parser.add_argument("--tables", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    arguments.names = arguments.names or list(TABLE)
    if unknown := set(arguments.names) - set(TABLE):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(TABLE)}")
    return arguments


def _install(arguments: argparse.Namespace) -> None:
    """Peers, and the SDK of servers that they get, before anything is timed; whoever needs what fails says why."""
    peers = dict.fromkeys(peer for name in arguments.names for peer in _run(arguments, name).peers)
    for peer in peers:
        tell(f"installing {peer.package}, unless it is")
        with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as folder, contextlib.suppress(NotInstalled):
            peer.plan(Path(folder), {}, arguments.cache, 0)
    if "start" in arguments.names:
        with contextlib.suppress(NotInstalled):
            backends.mixed(0, arguments.cache)


def _run(arguments: argparse.Namespace, name: str) -> Run:
    scale = QUICK if arguments.quick else WHOLE
    peers = [peer for peer in TABLE[name].peers if peer.name in arguments.peers]
    return Run(peers, arguments.cache, replace(scale, rounds=arguments.rounds or scale.rounds))


def _measured(benchmark: Benchmark, arguments: argparse.Namespace, argv: Sequence[str], busy: float) -> Result:
    """One of them, in a process of its own. Raises Failed."""
    options = [word for word in argv if word not in TABLE]
    began, date = time.monotonic(), datetime.now(UTC).replace(microsecond=0)
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as folder:
        tables = Path(folder, "tables.json")
        command = [sys.executable, str(Path(__file__)), benchmark.name, "--tables", str(tables), *options]
        found = measured_alone(command, tables, benchmark.minutes * 60)
    return Result(
        benchmark=benchmark.name,
        place=BENCHMARKS.index(benchmark),
        title=benchmark.title,
        ratio=benchmark.ratio,
        command=f'make bench ARGS="{" ".join([benchmark.name, *(["--quick"] if arguments.quick else [])])}"',
        date=date,
        commit=commit(),
        quick=arguments.quick,
        seconds=round(time.monotonic() - began, 1),
        machine=machine(),
        load=Load(before=busy, after=load()),
        peers=tuple(peer.package for peer in _run(arguments, benchmark.name).peers),
        tables=found,
    )


def _compared(pairs: Sequence[Pair]) -> bool:
    """Print what changed since the last commit; returns whether anything got notably worse."""
    known = [(before, now) for before, now in pairs if before]
    found = [change for before, now in known for change in changes(before, now)]
    worse = sorted((one for one in found if one.is_regression), key=lambda one: -one.worse_by)
    better = [one for one in found if one.is_improvement]
    said = f"{len(worse)} worse and {len(better)} better by more than {NOTABLE:.0%}"
    print(f"\n{len(found)} ratios compared with the last commit's: {said}")
    lost = [f"MISSED {one}" for before, now in known for one in missed(before, now)]
    for line in (*(f"WORSE {one}" for one in worse), *lost, *(f"better {one}" for one in better)):
        print(line)
    return bool(worse)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
