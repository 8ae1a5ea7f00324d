"""The only writer. A run that fails leaves the site as it was; one that is killed leaves an index that holds.

The site's folder also holds what others write (pages). A manifest lists what we wrote: we touch nothing else.
"""

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from hub_build.findings import quoted
from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.errors import ExitCode, HubError

MANIFEST = ".hub-build.json"
# A reader of a later manifest could remove what it does not understand.
MANIFEST_VERSION = 1

# How many paths a message names: enough to see what it is about.
MAX_NAMED = 5

_INDEX = "index.json"
_IMMUTABLE = ("entries/", "specs/")


@dataclass(frozen=True, slots=True)
class Changes:
    """What separates a folder from what it should hold: relative paths, sorted."""

    changed: tuple[str, ...]
    stale: tuple[str, ...]
    foreign: tuple[str, ...]
    """Of the changed ones, those that exist and that we did not write."""

    @property
    def current(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.changed or self.stale)


def compare(folder: Path, files: Mapping[str, bytes]) -> Changes:
    """What writing `files` to `folder` would change. Reads only. Raises HubError if the folder's manifest is broken."""
    ours, interrupted = _read_manifest(folder)
    changed = tuple(path for path in sorted(files) if _bytes_of(folder / path) != files[path])
    stale = tuple(path for path in sorted(ours - files.keys()) if (folder / path).exists())
    foreign = tuple(path for path in changed if path not in ours and (folder / path).exists())
    if not changed and not stale and (interrupted or ours != files.keys()):
        changed = (MANIFEST,)
    return Changes(changed, stale, foreign)


def write_site(folder: Path, files: Mapping[str, bytes]) -> Changes:
    """Make `folder` hold `files`, and say what changed. Files that an earlier run wrote and that are stale go.

    Raises HubError, with the old site untouched, if a file of another hand is in the way or the disk is full.
    """
    changes = compare(folder, files)
    if changes.foreign:
        raise HubError(
            f"{folder} has files that hub-build did not write: {_some(changes.foreign)}",
            "remove them, or write to another folder with -o",
        )
    if changes.current:
        return changes
    try:
        _switch(folder, {path: files[path] for path in changes.changed if path != MANIFEST}, set(files))
        _remove(folder, changes.stale)
        _write_manifest(folder, files.keys(), complete=True)
    except OSError as error:
        raise HubError(
            f"{folder} cannot be written: {error.strerror or error} ({quoted(error.filename or folder)})",
            "the site that was there is still whole; free space or correct permissions and run again",
        ) from error
    return changes


def _switch(folder: Path, files: Mapping[str, bytes], wanted: set[str]) -> None:
    """Write everything beside its place, then move everything into place: what can fail fails before the first move."""
    ours, interrupted = _read_manifest(folder)
    if interrupted:
        _drop_staged(folder, ours)
    made: list[Path] = []
    try:
        _make_folder(folder, made)
        # First of all, so that a run that is killed leaves nothing that the next does not know as ours.
        _write_manifest(folder, ours | wanted, complete=False)
        for path, data in files.items():
            _make_folder((folder / path).parent, made)
            _staged(folder, path).write_bytes(data)
    except BaseException:
        _drop_staged(folder, [*files, MANIFEST])
        _drop_folders(folder, made)
        raise
    for path in sorted(files, key=_order):
        _staged(folder, path).replace(folder / path)


def _order(path: str) -> tuple[int, str]:
    """Immutable files first, the index last: whoever reads an index finds all that it names."""
    return (0 if path.startswith(_IMMUTABLE) else 2 if path == _INDEX else 1), path


def _staged(folder: Path, path: str) -> Path:
    # In the same folder, since a move between disks is a copy; of fixed length, since a version may have 255 letters.
    return (folder / path).with_name(f".{sha256_hex(path.encode())[:24]}.hub-build")


def _make_folder(path: Path, made: list[Path]) -> None:
    """Make `path` and what is above it; `made` collects what was not there."""
    if path.is_dir():
        return
    _make_folder(path.parent, made)
    path.mkdir()
    made.append(path)


def _drop_folders(folder: Path, made: list[Path]) -> None:
    if folder in made:
        (folder / MANIFEST).unlink(missing_ok=True)
    for path in reversed(made):
        with contextlib.suppress(OSError):  # somebody else has put a file there
            path.rmdir()


def _drop_staged(folder: Path, paths: Iterable[str]) -> None:
    for path in paths:
        _staged(folder, path).unlink(missing_ok=True)


def _remove(folder: Path, stale: Iterable[str]) -> None:
    for path in stale:
        (folder / path).unlink(missing_ok=True)
        for parent in PurePosixPath(path).parents:
            if parent == PurePosixPath() or any((folder / parent).iterdir()):
                break
            (folder / parent).rmdir()


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write_manifest(folder: Path, paths: Iterable[str], *, complete: bool) -> None:
    manifest = {"version": MANIFEST_VERSION, "complete": complete, "files": sorted(paths)}
    staged = _staged(folder, MANIFEST)
    staged.write_bytes(canonical_json(manifest))
    staged.replace(folder / MANIFEST)


def _read_manifest(folder: Path) -> tuple[set[str], bool]:
    """The paths we wrote, and whether the run that did was interrupted."""
    data = _bytes_of(folder / MANIFEST)
    if data is None:
        return set(), False
    try:
        manifest = json.loads(data)
        if manifest["version"] == MANIFEST_VERSION and all(_is_inside(path) for path in manifest["files"]):
            return set(manifest["files"]), not manifest["complete"]
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise HubError(
        f"{folder / MANIFEST} is not a list of the files that hub-build wrote",
        f"remove the folder {folder} and build again",
        ExitCode.FAILED,
    )


def _is_inside(path: Any) -> bool:
    """Whether `path` stays in the site: the manifest lies in a folder that others write to."""
    return isinstance(path, str) and not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts


def _some(paths: tuple[str, ...]) -> str:
    more = f" and {len(paths) - MAX_NAMED} more" if len(paths) > MAX_NAMED else ""
    return ", ".join(quoted(path) for path in paths[:MAX_NAMED]) + more
