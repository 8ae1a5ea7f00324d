"""The hub under load for long while its servers are killed at random, and much else happens to it.

Clients of both protocols, at the address of all servers and at those of single ones, make calls small and large, with
progress, given up, wrong, and lists. Each call has a text of its own, and must get exactly that text, or one error that
names the server, says why and what to do, and only if that server was just killed; at the end every server must serve
again but one, which was killed until the hub left it alone. Beside them the configuration and the registry change, and
clients and servers misbehave. The hub's memory, files and tasks must not grow, and nothing may be left when it has
ended. What is wrong is printed with the seed, and the exit code is 1. Linux only: it reads /proc.
"""

import argparse
import asyncio
import importlib
import importlib.util
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hubs.memory import PROC
from soaking.figures import figures
from soaking.plot import as_svg
from soaking.run import Report, Soak, soak

SHORT = {"clients": 16, "servers": 8}
LONG = {"clients": 32, "servers": 20}
SHORT_CALLS = 3_000
MINUTES = 60.0
# Calls a second: some hundred thousand in a quarter of an hour, and half of a machine of two cores.
RATE = 300


def main(argv: Sequence[str]) -> int:
    """Soak and print. Returns 1 if anything was wrong."""
    arguments = _parse(argv)
    if not PROC.is_dir():
        print("The soak reads /proc, which only Linux has.", file=sys.stderr)
        return 2
    chosen = {key: getattr(arguments, key) or value for key, value in (SHORT if arguments.short else LONG).items()}
    minutes = 0.0 if arguments.short else arguments.minutes
    calls = SHORT_CALLS if arguments.short else int(minutes * 60 * arguments.rate)
    plan = Soak(minutes=minutes, calls=calls, **chosen, seed=arguments.seed)
    factory = importlib.import_module("uvloop").new_event_loop if importlib.util.find_spec("uvloop") else None
    folder = Path(tempfile.mkdtemp(prefix="hub-soak-"))
    with asyncio.Runner(loop_factory=factory) as runner:
        report = runner.run(soak(plan, folder))
    if report.faults:
        report.faults.append(f"the hub's output and logs are kept in {folder}")
    else:
        shutil.rmtree(folder)
    if arguments.save:
        arguments.save.write_text(json.dumps(figures(report), indent=2) + "\n")
    if arguments.plot:
        arguments.plot.write_text(as_svg(report))
    if arguments.json:
        # For programs on one channel, what is wrong for people on the other.
        print(json.dumps(figures(report), indent=2))
        print("\n".join(report.faults), file=sys.stderr)
    else:
        print(_as_text(report))
    return 1 if report.faults else 0


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="half a minute, with fewer of everything")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long (default: %(default)g)")
    parser.add_argument("--rate", type=int, default=RATE, help="calls a second (default: %(default)s)")
    for name, value in LONG.items():
        parser.add_argument(f"--{name}", type=int, help=f"how many (default: {value:,}, short {SHORT[name]:,})")
    seed = random.SystemRandom().randrange(1_000_000)
    parser.add_argument(
        "--seed", type=int, default=seed, help="chance that can be had again (default: another each time)"
    )
    parser.add_argument("--json", action="store_true", help="print one flat JSON object instead of lines")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write that object to a file")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write memory and latency over the time as an SVG")
    return parser.parse_args(argv)


def _as_text(report: Report) -> str:
    plan, tally = report.soak, report.tally
    lines = [
        f"{tally.made:,} calls of {plan.clients} clients and {plan.servers} servers "
        f"in {report.ended - report.began:.0f} s, seed {plan.seed}; "
        f"{sum(report.kills.values())} kills of {len(report.kills)} servers",
        "calls: " + ", ".join(f"{count:,} {kind}" for kind, count in tally.kinds.most_common()),
        "outcomes: " + ", ".join(f"{count:,} {outcome}" for outcome, count in tally.outcomes.most_common()),
        f"memory {report.memory[0]:.0f} to {report.memory[1]:.0f} MB, grown by {report.growth:.1f} MB "
        f"({report.slope:.1f} MB for each 100,000 calls)",
        f"{report.disk[0]:.1f}, then {report.disk[1]:.1f} MB in the hub's folders",
        "besides: " + ", ".join(f"{count:,} {what}" for what, count in sorted(tally.disturbed.items())),
        f"the registry was asked for {report.asked:,} files",
    ]
    found = figures(report)
    for title, key in (("p50 ms", "p50_ms"), ("p99 ms", "p99_ms"), ("memory MB", "memory_mb"), ("files", "files")):
        lines.append(f"{title} in each tenth: " + " ".join(f"{found[f'{key}_{part:02}']:g}" for part in range(1, 11)))
    lines.append(f"a server without the hub took {report.slowest:.2f} s to answer, at worst")
    lines.append(f"the hub's event loop stood still {report.stalls} times")
    lines += [f"idle: {report.held[0]}, then {report.held[1]}"] if report.held else []
    lines += [f"error, {count:,} times: {error}" for error, count in tally.errors.most_common(10)]
    lines += [f"FAULT (--seed {plan.seed}): {fault}" for fault in report.faults]
    return "\n".join([*lines, "Nothing was wrong." if not report.faults else f"{len(report.faults)} faults."])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
