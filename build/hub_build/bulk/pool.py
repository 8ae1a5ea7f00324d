"""All cores. Processes, because parsing and checking are Python's own work, of which a process does one at a time."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext

from hub_build.bulk.entry import Judged, judge_file

# What becomes of a pool where there can be no other processes, or where they are ended from outside. The last is what a
# server that forks them leaves behind when the machine has no room for one more.
NO_OTHERS = (OSError, BrokenProcessPool, EOFError)

# Below this a pool costs more than it saves: it takes half a second to start, and a file takes a millisecond.
MIN_FILES = 1_000
# Files that a worker takes at a time: few enough that all finish together, and so many that asking costs nothing.
CHUNK = 100
# Beyond this, reading the files is what takes the time.
MAX_WORKERS = 8


def judge_files(paths: Sequence[str], workers: int | None = None) -> list[Judged]:
    """Judge the entry files `paths`, in their order. workers: how many processes; one for each core if None."""
    workers = min(workers or os.cpu_count() or 1, MAX_WORKERS)
    if workers > 1 and len(paths) >= MIN_FILES:
        try:
            return _in_parallel(paths, workers)
        # It takes longer and no more.
        except NO_OTHERS:
            pass
    return [judge_file(path) for path in paths]


def _in_parallel(paths: Sequence[str], workers: int) -> list[Judged]:
    with ProcessPoolExecutor(workers, mp_context=quiet_context(judge_file.__module__)) as pool:
        return list(pool.map(judge_file, paths, chunksize=CHUNK))


def quiet_context(*modules: str) -> BaseContext:
    """How workers start: never as copies of this process, whose threads and locks a copy would have half of.

    modules: loaded once, and inherited by every worker where that is possible.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    return context
