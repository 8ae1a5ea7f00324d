"""Everything is written in a tree of its own first; then it is moved to where it belongs, whole folders where it can.

Equal bytes are one file with several names (hard links), where the disk knows such: most of the site is there twice or
more. So no file may ever be changed in its place, ours or linked by somebody: it is replaced.
"""

import contextlib
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hub_build.write import disk
from hub_build.write.disk import Stat

# In the site's folder, since a move between disks is a copy.
STAGE = ".hub-build.new"

Moves = list[tuple[str, bool]]
"""Relative paths in the order in which they are moved, and whether each is a folder that is moved whole."""

# While one thread waits for the disk another writes: of 110,000 files in half of the time. More than two gain nothing.
WRITERS = 2
# Below this there is nothing to gain.
MIN_SHARED = 1_000
# Contents that a thread takes at a time: few enough that both finish together.
BATCH = 200

_INDEX = "index.json"
_IMMUTABLE = ("entries", "specs")


def fill_stage(folder: Path, batches: Iterable[Mapping[str, bytes]]) -> dict[str, Stat]:
    """Write files into the stage of `folder`, and say what each is on the disk. Raises OSError, and leaves no stage.

    batches: in which equal bytes are one file. A stage that is there already is another's, and stays.
    """
    (folder / STAGE).mkdir()
    written: dict[str, Stat] = {}
    made = {""}
    try:
        for files in batches:
            written |= _fill(f"{folder / STAGE}/", files, made)
    except BaseException:
        drop_stage(folder)
        raise
    return written


def _fill(stage: str, files: Mapping[str, bytes], made: set[str]) -> dict[str, Stat]:
    names: defaultdict[bytes, list[str]] = defaultdict(list)
    for path, data in files.items():
        names[data].append(path)
    groups = list(names.items())
    if len(files) < MIN_SHARED:
        return _write_groups(stage, groups, made)
    batches = [groups[start : start + BATCH] for start in range(0, len(groups), BATCH)]
    written: dict[str, Stat] = {}
    pool = ThreadPoolExecutor(WRITERS)
    try:
        for stats in pool.map(lambda batch: _write_groups(stage, batch, made), batches):
            written |= stats
    finally:
        # Before the stage is dropped nobody may write to it any more.
        pool.shutdown(cancel_futures=True)
    return written


def _write_groups(stage: str, groups: Iterable[tuple[bytes, list[str]]], made: set[str]) -> dict[str, Stat]:
    """Write each content to the first of its paths, and link the others to it. made: folders that are there."""
    # Paths as text, here and below: objects for them take longer than the disk does.
    written: dict[str, Stat] = {}
    for data, paths in groups:
        source = ""
        for path in paths:
            _make_folders(stage, path.rpartition("/")[0], made)
            if source and _link(stage + source, stage + path):
                written[path] = written[source]
            else:
                written[path] = disk.write(stage + path, data)
                source = path
    return written


def plan_moves(folder: Path, paths: Iterable[str]) -> Moves:
    """How the staged files `paths` get into `folder`: with the uppermost folder that is not there yet, or alone.

    Immutable files first, the index last: whoever reads an index finds all that it names.
    """
    known: dict[str, str] = {}
    moves: dict[str, bool] = {}
    for path in paths:
        missing = _uppermost_missing(folder, path.rpartition("/")[0], known)
        moves[missing or path] = bool(missing)
    return sorted(moves.items(), key=lambda move: _order(move[0]))


def move_staged(folder: Path, moves: Moves) -> None:
    """Move everything into its place. Raises OSError; what was moved by then stays."""
    for path, _ in moves:
        disk.move(f"{folder / STAGE}/{path}", f"{folder}/{path}")
    drop_stage(folder)


def drop_stage(folder: Path) -> None:
    """Remove the stage and what is in it."""
    shutil.rmtree(folder / STAGE, ignore_errors=True)


def _link(source: str, target: str) -> bool:
    """Give a file another name; False where the disk does not, or not one more."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def _make_folders(stage: str, path: str, made: set[str]) -> None:
    if path not in made:
        _make_folders(stage, path.rpartition("/")[0], made)
        # Another thread may have been here first.
        with contextlib.suppress(FileExistsError):
            os.mkdir(stage + path)  # noqa: PTH102
        made.add(path)


def _uppermost_missing(folder: Path, path: str, known: dict[str, str]) -> str:
    """The uppermost part of `path` that is no folder in `folder`; empty if all of it is there."""
    if not path:
        return ""
    if path not in known:
        missing = _uppermost_missing(folder, path.rpartition("/")[0], known)
        known[path] = missing or ("" if os.path.isdir(f"{folder}/{path}") else path)  # noqa: PTH112
    return known[path]


def _order(path: str) -> tuple[int, str]:
    return (0 if path.partition("/")[0] in _IMMUTABLE else 2 if path == _INDEX else 1), path
