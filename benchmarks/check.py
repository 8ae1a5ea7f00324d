"""How long `hub-build check` takes: cold, with nothing changed, and with one entry changed.

Each run is the command as people run it, in a process of its own. Beside it stands what PyYAML alone needs to parse the
same files in one process, on the same machine in the same minute: a ratio says more than seconds do.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from hub_build.samples import SAMPLES

SIZES = (1_000, 10_000, 100_000)
SEED = 20_261_121

# libyaml's, where there is one: a hundred thousand files are to be written too.
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

# With an operation for every route map of the samples, so that nothing is found in any entry.
SPEC = """openapi: 3.1.0
paths:
  /pets: {get: {operationId: listPets, responses: {}}}
  /orders: {post: {operationId: order, responses: {}}}
  /internal/x: {post: {operationId: x, responses: {}}}
  /ban: {post: {operationId: ban, tags: [admin], responses: {}}}
"""
HASHES = {"npm": f"sha512-{'A' * 86}==", "pypi": f"sha256-{'a' * 64}"}


def main(argv: Sequence[str]) -> int:
    """Measure and print. Returns 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of entries (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args(argv)
    results = []
    for size in arguments.sizes or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(Path(folder), size))
        print(f"{size} entries measured", file=sys.stderr)
    machine = {"cores": os.cpu_count(), "python": sys.version.split()[0], "libyaml": hasattr(yaml, "CSafeLoader")}
    print(json.dumps({"machine": machine, "results": results}, indent=2) if arguments.json else table(machine, results))
    return 0


def measure(folder: Path, size: int) -> dict[str, float]:
    """Seconds for each kind of run over `size` entries."""
    servers = write_registry(folder / "registry", size)
    parse = parsed(servers)
    cold, unchanged = checked(folder), checked(folder)
    path = sorted(servers.iterdir())[size // 2]
    path.write_text(path.read_text().replace("title: ", "title: New ", 1))
    changed = checked(folder)
    return {"entries": size, "parse": parse, "cold": cold, "unchanged": unchanged, "one changed": changed}


def checked(folder: Path) -> float:
    """Seconds of one `hub-build check` over the registry in `folder`, with a cache folder beside it."""
    command = [sys.executable, "-m", "hub_build.cli.main", "check", "--registry", "registry"]
    environ = os.environ | {"HUB_BUILD_CACHE_DIR": str(folder / "cache")}
    # As people have it: modules are compiled once and not in every run.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def parsed(servers: Path) -> float:
    """Seconds that PyYAML needs to read and parse all files of `servers`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    start = time.perf_counter()
    for path in servers.iterdir():
        yaml.load(path.read_bytes(), loader)  # noqa: S506 (one of the two safe ones)
    return time.perf_counter() - start


def write_registry(folder: Path, size: int) -> Path:
    """Write a registry of `size` valid entries of all kinds, the same on every machine. Returns its folder servers/."""
    servers = folder / "servers"
    servers.mkdir(parents=True)
    (folder / "openapi").mkdir()
    (folder / "openapi" / "pets.yaml").write_text(SPEC)
    for number, id_ in zip(range(size), ids(size), strict=True):
        document = entry(id_, SAMPLES[number % len(SAMPLES)])
        (servers / f"{id_}.yaml").write_text(yaml.dump(document, Dumper=DUMPER, sort_keys=False))
    return servers


def entry(id_: str, sample: dict[str, Any]) -> dict[str, Any]:
    """A valid entry like `sample` that is no other's."""
    document = deepcopy(sample) | {"id": id_, "name": f"{sample['name'].partition('/')[0]}/{id_}"}
    for package in (*document.get("packages", ()), *([document["module"]["package"]] if "module" in document else ())):
        package["integrity"] = HASHES[package["registryType"]]
    for remote in document.get("remotes", ()):
        remote["url"] = f"https://{id_}.example.com/{{tenant}}/mcp"
        document["permissions"] = {"network": [f"{id_}.example.com"]}
    return document


def ids(count: int) -> Iterator[str]:
    """Different ids, of two words that nobody has heard of each: as long and as unlike as those of real servers."""
    chance = random.Random(SEED)  # noqa: S311 (the same ids in every run)
    words = [word(chance) for _ in range(3_000)]
    found: set[str] = set()
    while len(found) < count:
        id_ = "-".join(chance.sample(words, 2))
        if id_ not in found:
            found.add(id_)
            yield id_


def word(chance: random.Random) -> str:
    """Four to eight letters that can be spoken."""
    return "".join(chance.choice(("bcdfghklmnprstvw", "aeiou")[place % 2]) for place in range(chance.randint(4, 8)))


def table(machine: dict[str, Any], results: list[dict[str, float]]) -> str:
    """The results as a table in Markdown; in parentheses the ratio to parsing alone."""
    runs = [name for name in results[0] if name not in ("entries", "parse")]
    lines = [
        f"{machine['cores']} cores, Python {machine['python']}; seconds (times parsing alone in one process)",
        "",
        f"| entries | parsing alone | {' | '.join(runs)} |",
        f"|{'--:|' * (len(runs) + 2)}",
    ]
    for result in results:
        cells = [f"{result[run]:.2f} ({result[run] / result['parse']:.2f})" for run in runs]
        lines.append(f"| {result['entries']:,.0f} | {result['parse']:.2f} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
