"""How long `hub-build check` and `hub-build site` take: cold, with nothing changed, and with one entry changed.

Each run is the command as people run it, in a process of its own. Beside it stands what PyYAML alone needs to parse the
same files in one process, on the same machine in the same minute: a ratio says more than seconds do.
"""

import contextlib
import gzip
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import brotli
from hubs.samples import Measure, Section, Wanted
from hubs.scale import Run, tell

from measures.registry import change_one, parsed, write_registry

PARSING = "parsing alone (PyYAML)"
COLD, UNCHANGED, CHANGED = RUNS = ("cold", "unchanged", "one changed")
SECONDS = Measure("seconds", "takes", "s", better="less")
MEMORY = Measure("memory", "most memory of one process", "MB")
# CPU seconds are of the command and what it waited for, without the workers of a cold run.
CPU = Measure("cpu", "processor", "s")

LIST = "v0.1/servers/index.json"
MEGABYTE = 1_000_000
# One of each sample, and as many again.
FEW = 10

CHECK_COLD = Wanted("10,000 entries, cold, seconds", 8)
CHECK_CHANGED = Wanted("10,000 entries, one changed, seconds", 1)
SITE_COLD = Wanted("10,000 entries, cold, seconds", 10)
SITE_CHANGED = Wanted("10,000 entries, one changed, seconds", 1.5)
SITE_GROWTH = Wanted("100,000 entries, cold, of 10,000", 12)
SITE_MEMORY = Wanted("100,000 entries, most memory of one process, MB", 1_500)
PAGES_ON_TOP = Wanted("10,000 pages on top of the data, seconds", 10)
PAGE_SIZE = Wanted("the largest page of a server, kB", 60)
LIST_COMPRESSED = Wanted("25,000 servers compressed with gzip, MB", 3)


def check(run: Run) -> list[Section]:
    """Checks alone."""
    return _built(run.scale.compiled[:2], "check", CHECK_COLD, CHECK_CHANGED)


def site(run: Run) -> list[Section]:
    """The whole data of a site, checks included."""
    sections = _built(run.scale.compiled, "site", SITE_COLD, SITE_CHANGED)
    want_growth(sections)
    return sections


def want_growth(sections: Sequence[Section]) -> None:
    """Add what is wanted of the largest registry, where it and the one that it is compared with were measured."""
    ten, hundred = (_of(size, sections) for size in (10_000, 100_000))
    if ten and hundred:
        cold = [one.value(COLD, "seconds") or 0.0 for one in (hundred, ten)]
        memory = max(hundred.value(run, "memory") or 0.0 for run in RUNS)
        hundred.goals += [SITE_GROWTH.got(cold[0] / cold[1]), SITE_MEMORY.got(memory)]


def pages(run: Run) -> list[Section]:
    """What the pages for people take on top: all of them, none, and those of one server."""
    size = run.scale.compiled[-2:][0]
    data, ours = "the data alone, unchanged", tuple(f"with pages, {name}" for name in RUNS)
    about = "Beside the same run without pages; the prose is there already."
    section = Section(f"hub-build site --pages, {size:,} entries", about, (SECONDS, CPU), ours, ())
    with _folder() as folder:
        write_registry(folder / "few/registry", FEW)
        timed(folder / "few", "site", "--pages", cache=folder / "cache")
        servers = write_registry(folder / "registry", size)
        timed(folder, "site")
        section.add(data, **timed(folder, "site"))
        for row, prepare in zip(ours, (_nothing, _nothing, change_one), strict=True):
            prepare(servers)
            section.add(row, **timed(folder, "site", "--pages"))
        largest = max(path.stat().st_size for path in (folder / "site/servers").glob("*/index.html"))
    section.goals.append(PAGE_SIZE.got(largest / 1000))
    if size == 10_000:
        section.goals.append(PAGES_ON_TOP.got(section.value(ours[0], "seconds") - section.value(data, "seconds")))
    return [section]


def listed(run: Run) -> list[Section]:
    """The size of the list document, as it is and as hosts compress it."""
    size = run.scale.listed
    compressed: dict[str, Callable[[bytes], bytes]] = {
        "gzip 9": lambda data: gzip.compress(data, 9),
        "brotli 5": lambda data: brotli.compress(data, quality=5),
        "brotli 11": lambda data: brotli.compress(data, quality=11),
    }
    measure = Measure("size", "size", "MB", better="less")
    section = Section(f"The list document of {size:,} servers", f"`/{LIST}`.", (measure,), tuple(compressed), ())
    with _folder() as folder:
        write_registry(folder / "registry", size)
        timed(folder, "site")
        data = (folder / "site" / LIST).read_bytes()
    section.add("as it is", size=len(data) / MEGABYTE)
    for name, compress in compressed.items():
        section.add(name, size=len(compress(data)) / MEGABYTE)
    if size == 25_000:
        section.goals.append(LIST_COMPRESSED.got(section.value("gzip 9", "size")))
    return [section]


def _built(sizes: Sequence[int], command: str, cold: Wanted, changed: Wanted) -> list[Section]:
    sections = [_of_size(size, command) for size in sizes]
    if ten := _of(10_000, sections):
        ten.goals += [cold.got(ten.value(COLD, "seconds")), changed.got(ten.value(CHANGED, "seconds"))]
    return sections


def _of_size(size: int, command: str) -> Section:
    about = "Each run is a process of its own; memory is the most of all runs so far."
    section = Section(f"hub-build {command}, {size:,} entries", about, (SECONDS, CPU, MEMORY), RUNS, ())
    with _folder() as folder:
        servers = write_registry(folder / "registry", size)
        section.add(PARSING, seconds=parsed(servers))
        for row in RUNS:
            if row == CHANGED:
                change_one(servers)
            section.add(row, **timed(folder, command), memory=_most_memory())
    tell(f"{section.title}: done")
    return section


def _of(size: int, sections: Sequence[Section]) -> Section | None:
    return next((one for one in sections if f" {size:,} entries" in one.title), None)


def _nothing(servers: Path) -> None:
    """What changes between two runs of an unchanged registry."""


def _most_memory() -> float:
    """Of any process that was waited for, in MB. The kernel knows that of all of them, and not of each."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MEGABYTE


def timed(folder: Path, *command: str, cache: Path | None = None) -> dict[str, float]:
    """One `hub-build` over the registry in `folder`, with a cache folder beside it if no other is named: its seconds.

    Where others use the machine too, those of the processor say more than the clock's.
    """
    words = [sys.executable, "-m", "hub_build.cli.main", *command, "--registry", "registry"]
    environ = os.environ | {"HUB_BUILD_CACHE_DIR": str(cache or folder / "cache")}
    # As people have it: modules are compiled once and not in every run.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"seconds": seconds, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as folder:
        yield Path(folder)
