"""Inputs that nobody thought of, for as long as one likes: `make fuzz`.

A third of the time goes to the property tests of the suite with many more examples, half to the harnesses, the rest to
requests that the REST API's description allows and forbids.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.table import HARNESSES, harness

ROOT = Path(__file__).parents[2]
# Ignored by Git: inputs that reach new code, from run to run, and those that broke something.
FOLDER = ROOT / ".fuzz"
SECONDS = 600
# Of the properties' hundred examples in the suite each takes half a second; two cores are not always ours alone.
EXAMPLES_A_SECOND = 2
# To start, and to end what hangs.
MORE_SECONDS = 120
# What atheris and libFuzzer say each time.
_NOISE = ("INFO:", "WARNING: Failed to find function", "MS: ", "0x")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help=f"harnesses alone, of {', '.join(HARNESSES)}")
    parser.add_argument("--seconds", type=int, default=SECONDS, help=f"in all ({SECONDS})")
    parser.add_argument("--again", type=Path, metavar="FILE", help="feed one harness with that file")
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.names) - HARNESSES.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    if arguments.again:
        harness(arguments.names[0]).check(arguments.again.read_bytes())
        return 0
    if arguments.names:
        return report(harnesses(arguments.names, arguments.seconds))
    third = arguments.seconds // 3
    broken = properties(third) + harnesses(list(HARNESSES), arguments.seconds // 2)
    return report(broken + requests(arguments.seconds - third - arguments.seconds // 2))


def report(broken: Sequence[str]) -> int:
    print("\n".join(["", *broken]) if broken else "\nnothing was found", flush=True)
    return bool(broken)


def properties(seconds: int) -> list[str]:
    """The suite's own, with other inputs each time."""
    said("the properties of the suite")
    examples = str(max(100, EXAMPLES_A_SECOND * seconds))
    return tested("properties", {"FUZZ_EXAMPLES": examples}, "-m", "hypothesis", "tests/hub_build", "tests/hub_launch")


def requests(seconds: int) -> list[str]:
    """Two tests, which share the time."""
    said("requests to the REST API")
    return tested("requests", {"FUZZ_SECONDS": str(max(1, seconds // 2))}, "tests/hub_launch/hub/rest/test_fuzz.py")


def tested(what: str, variables: dict[str, str], *options: str) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    ran = subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, check=False)
    return [f"{what}: see above"] if ran.returncode else []


def harnesses(names: Sequence[str], seconds: int) -> list[str]:
    """One after the other, each for its share of the time."""
    if importlib.util.find_spec("atheris") is None:
        return ["harnesses: not run, for there is no atheris here (`pip install --group fuzz`, on Linux)"]
    broken = []
    for name in names:
        said(f"{name}: {HARNESSES[name]}")
        if not kept_its_promises(name, max(1, seconds // len(names))):
            newest = max((FOLDER / "found").glob(f"{name}-*"), key=lambda path: path.stat().st_mtime, default=None)
            broken.append(f"{name}: python -m tests.fuzz {name} --again {newest}")
    return broken


def kept_its_promises(name: str, seconds: int) -> bool:
    """Run one harness; its last words are shown."""
    command = [sys.executable, "-m", "tests.fuzz.one", name, str(FOLDER), str(seconds)]
    begun = time.monotonic()
    try:
        ran = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False,
            timeout=seconds + MORE_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"  was still running after {time.monotonic() - begun:.0f} s", flush=True)
        return False
    lines = [line for line in (ran.stdout + ran.stderr).splitlines() if not line.startswith(_NOISE)]
    if ran.returncode:
        print("\n".join(f"  {line}" for line in lines), flush=True)
        return False
    tries = next((line.split()[-1] for line in lines if line.startswith("stat::number_of_executed_units")), "?")
    print(f"  {tries} inputs in {time.monotonic() - begun:.0f} s", flush=True)
    return True


def said(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
