"""Putting records where they belong."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hub_build.smoke.run import Smoked
from hub_launch.catalog import Recorded
from hub_launch.files import write_atomic
from hub_launch.judge.recorded import FOLDER, keep_old, recorded_bytes
from hub_launch.judge.registry import Registry


def before(registry: Registry) -> Mapping[str, Recorded]:
    """What was recorded so far, by id."""
    return {file.recorded.id: file.recorded for file in registry.recorded if file.recorded}


def write_records(folder: Path, tests: Sequence[Smoked]) -> list[Path]:
    """Write what says something new below the registry's `folder`, and return those files."""
    written = []
    for test in tests:
        path = folder / FOLDER / f"{test.recorded.id}.json"
        if not keep_old(test.before, test.recorded):
            write_atomic(path, recorded_bytes(test.recorded))
            written.append(path)
    return written
