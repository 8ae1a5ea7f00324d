"""The short soak, as one of the benchmarks: whether anything was wrong, and what the hub held meanwhile."""

import json
import subprocess
import sys
from pathlib import Path

from hubs.samples import Measure, Section, Wanted
from hubs.scale import Run

SCRIPT = Path(__file__).parents[1] / "soak.py"
# So that two runs differ in the hub alone.
SEED = 20_261_121
MEASURES = (
    Measure("calls", "calls", ""),
    Measure("rate", "calls/s", ""),
    Measure("kills", "servers killed", ""),
    Measure("memory", "most memory", "MB"),
    Measure("growth", "memory grown by", "MB"),
    Measure("faults", "faults", ""),
)
FAULTS = Wanted("faults", 0)


def soak(run: Run) -> list[Section]:
    """Half a minute of calls while servers are killed. Raises RuntimeError where the soak did not take place."""
    del run
    section = Section(
        "The hub under load while servers are killed", "`soak.py --short`.", MEASURES, ("hub-launch",), ()
    )
    command = [sys.executable, str(SCRIPT), "--short", "--json", "--seed", str(SEED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.startswith("{"):
        raise RuntimeError(f"soak.py ended with {done.returncode}: {done.stderr[-300:]}")
    found = json.loads(done.stdout)
    section.add(
        "hub-launch",
        calls=found["calls"], rate=found["calls"] / (found["minutes"] * 60), kills=found["kills"],
        memory=found["memory_most_mb"], growth=found["memory_growth_mb"], faults=found["faults"],
    )  # fmt: skip
    section.goals.append(FAULTS.got(found["faults"]))
    # What was wrong is said there, for people.
    print(done.stderr, file=sys.stderr)
    return [section]
