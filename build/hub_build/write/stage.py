"""Everything is written in a tree of its own first; then it is moved to where it belongs, whole folders where it can.

Equal bytes are one file with several names (hard links), where the disk knows such: most of the site is there twice or
more. So no file may ever be changed in its place, ours or linked by somebody: it is replaced.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from hub_build.write import disk
from hub_build.write.disk import Stat

# In the site's folder, since a move between disks is a copy.
STAGE = ".hub-build.new"

Moves = list[tuple[str, bool]]
"""Relative paths in the order in which they are moved, and whether each is a folder that is moved whole."""

_INDEX = "index.json"
_IMMUTABLE = ("entries", "specs")


def fill_stage(folder: Path, files: Mapping[str, bytes]) -> dict[str, Stat]:
    """Write `files` into the stage of `folder`, and say what each is on the disk. Raises OSError, and leaves no stage.

    A stage that is there already is another's, and stays.
    """
    (folder / STAGE).mkdir()
    try:
        return _fill(f"{folder / STAGE}/", files)
    except BaseException:
        drop_stage(folder)
        raise


def _fill(stage: str, files: Mapping[str, bytes]) -> dict[str, Stat]:
    # Paths as text, here and below: objects for them take longer than the disk does.
    made = {""}
    sources: dict[bytes, str] = {}
    written: dict[str, Stat] = {}
    for path, data in files.items():
        _make_folders(stage, path.rpartition("/")[0], made)
        source = sources.get(data)
        if source is not None and _link(stage + source, stage + path):
            written[path] = written[source]
        else:
            written[path] = disk.write(stage + path, data)
            sources[data] = path
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
