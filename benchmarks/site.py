"""How long `hub-build site` takes: cold, with nothing changed, and with one entry changed; checks included.

Each run is the command as people run it, in a process of its own. Beside it stands what PyYAML alone needs to parse the
same files in one process, on the same machine in the same minute: a ratio says more than seconds do.
"""

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import brotli
from check import SIZES, parsed, write_registry

# The size for which the list document has a limit: today's scale.
LISTED = 25_000
LIST = "v0.1/servers/index.json"

MEGABYTE = 1_000_000

# One of each sample, and as many again.
FEW = 10


def main(argv: Sequence[str]) -> int:
    """Measure and print. Returns 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of entries (default: %(default)s)")
    parser.add_argument("--list", action="store_true", help=f"only the size of the list of {LISTED:,} servers")
    parser.add_argument("--pages", action="store_true", help="what the pages for people take on top of the data")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args(argv)
    results = []
    for size in [LISTED] if arguments.list else arguments.sizes or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            run = listed if arguments.list else drawn if arguments.pages else measure
            results.append(run(Path(folder), size))
        print(f"{size} entries measured", file=sys.stderr)
    machine = {"cores": os.cpu_count(), "python": sys.version.split()[0], "load": os.getloadavg()[0]}
    print(json.dumps({"machine": machine, "results": results}, indent=2) if arguments.json else table(machine, results))
    return 0


def measure(folder: Path, size: int) -> dict[str, float]:
    """Seconds of each kind of run over `size` entries, and the most memory that a process of them had, in MB.

    Sizes must grow: the kernel knows the most of all children and not that of each.
    """
    servers = write_registry(folder / "registry", size)
    parse = parsed(servers)
    cold, unchanged = timed(folder), timed(folder)
    path = sorted(servers.iterdir())[size // 2]
    path.write_text(path.read_text().replace("title: ", "title: New ", 1))
    changed = timed(folder)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MEGABYTE
    runs = {"cold": cold, "unchanged": unchanged, "one changed": changed}
    walls = {name: wall for name, (wall, _) in runs.items()}
    cpus = {f"{name} CPU": cpu for name, (_, cpu) in runs.items()}
    return {"entries": size, "parsing alone": parse, **walls, **cpus, "peak MB": peak}


def drawn(folder: Path, size: int) -> dict[str, float]:
    """Seconds that pages of `size` servers take when their data is there already, and the largest of them, in kB.

    prose: mkdocs alone, which runs when it changed; the data's own part is in all of the others, as `data unchanged`.
    """
    write_registry(folder / "few/registry", FEW)
    prose, _ = timed(folder / "few", "--pages", cache=folder / "cache")
    servers = write_registry(folder / "registry", size)
    built(folder)
    data, _ = timed(folder)
    cold, unchanged = timed(folder, "--pages"), timed(folder, "--pages")
    path = sorted(servers.iterdir())[size // 2]
    path.write_text(path.read_text().replace("title: ", "title: New ", 1))
    changed = timed(folder, "--pages")
    runs = {"pages": cold, "unchanged": unchanged, "one changed": changed}
    pages = {f"{name} seconds": wall for name, (wall, _) in runs.items()}
    cpus = {f"{name} CPU": cpu for name, (_, cpu) in runs.items()}
    largest = max(path.stat().st_size for path in (folder / "site/servers").glob("*/index.html"))
    return {"entries": size, "prose": prose, "data unchanged": data, **pages, **cpus, "largest kB": largest / 1000}


def listed(folder: Path, size: int) -> dict[str, float]:
    """The size of the list document of `size` servers in MB: as it is, and compressed as hosts do at their best."""
    write_registry(folder / "registry", size)
    built(folder)
    data = (folder / "site" / LIST).read_bytes()
    sizes = {
        "plain": len(data),
        "gzip 9": len(gzip.compress(data, 9)),
        "brotli 5": len(brotli.compress(data, quality=5)),
        "brotli 11": len(brotli.compress(data, quality=11)),
    }
    return {"entries": size, **{f"{name} MB": count / MEGABYTE for name, count in sizes.items()}}


def timed(folder: Path, *options: str, cache: Path | None = None) -> tuple[float, float]:
    """Seconds of one run, and of the processors: of the command and what it waited for, without the cold run's workers.

    Where others use the machine too, these say more than the clock does.
    """
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    built(folder, *options, cache=cache)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, cpu


def built(folder: Path, *options: str, cache: Path | None = None) -> None:
    """One `hub-build site` over the registry in `folder`, with a cache folder beside it if no other is named."""
    command = [sys.executable, "-m", "hub_build.cli.main", "site", "--registry", "registry", *options]
    environ = os.environ | {"HUB_BUILD_CACHE_DIR": str(cache or folder / "cache")}
    # As people have it: modules are compiled once and not in every run.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(command, cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL)


def table(machine: dict[str, Any], results: list[dict[str, float]]) -> str:
    """The results as a table in Markdown; in parentheses the ratio to parsing alone."""
    names = list(results[0])
    head = f"{machine['cores']} cores, Python {machine['python']}, load {machine['load']:.1f}; seconds and megabytes"
    lines = [f"{head} (times parsing alone in one process)", "", f"| {' | '.join(names)} |", f"|{'--:|' * len(names)}"]
    lines += [f"| {' | '.join(_cell(name, one) for name in names)} |" for one in results]
    return "\n".join(lines)


def _cell(name: str, result: dict[str, float]) -> str:
    if name in ("cold", "unchanged", "one changed") and "parsing alone" in result:
        return f"{result[name]:.2f} ({result[name] / result['parsing alone']:.2f})"
    return f"{result[name]:,.0f}" if name in ("entries", "peak MB") else f"{result[name]:.2f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
