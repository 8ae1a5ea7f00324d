"""What a site's folder lacks, and how it comes to hold it."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hub_build.findings import quoted
from hub_build.write import disk
from hub_build.write.disk import Stat
from hub_build.write.manifest import MANIFEST, Manifest, read_manifest, write_manifest
from hub_build.write.stage import drop_stage, fill_stage, move_staged, plan_moves
from hub_build.write.stamps import Stamps
from hub_launch.errors import HubError

# How many paths a message names: enough to see what it is about.
MAX_NAMED = 5


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


def compare(folder: Path, files: Mapping[str, bytes], stamps: Stamps | None = None) -> Changes:
    """What writing `files` to `folder` would change. Reads only. Raises HubError if the folder's manifest is broken.

    stamps: what is remembered of the folder; without, every file is read.
    """
    return _changes(folder, files, stamps, read_manifest(folder))


def write_site(folder: Path, files: Mapping[str, bytes], stamps: Stamps | None = None) -> Changes:
    """Make `folder` hold `files`, and say what changed. Files that an earlier run wrote and that are stale go.

    Raises HubError, with the old site untouched, if a file of another hand is in the way or the disk is full.
    """
    manifest = read_manifest(folder)
    changes = _changes(folder, files, stamps, manifest)
    if changes.foreign:
        raise HubError(
            f"{folder} has files that hub-build did not write: {_some(changes.foreign)}",
            "remove them, or write to another folder with -o",
        )
    if not changes.current:
        try:
            written = _switch(folder, files, changes, manifest)
            _remove(folder, changes.stale)
            write_manifest(folder, files, complete=True)
        except OSError as error:
            raise HubError(
                f"{folder} cannot be written: {error.strerror or error} ({quoted(error.filename or folder)})",
                "the site that was there is still whole; free space or correct permissions and run again",
            ) from error
        if stamps:
            stamps.take(written, files)
    if stamps:
        stamps.keep(files)
    return changes


def _changes(folder: Path, files: Mapping[str, bytes], stamps: Stamps | None, manifest: Manifest) -> Changes:
    if not folder.exists():
        return Changes(tuple(sorted(files)), (), ())
    ours = manifest.files
    changed = tuple(path for path in sorted(files) if not _holds(folder, path, files[path], stamps))
    stale = tuple(path for path in sorted(ours - files.keys()) if (folder / path).exists())
    foreign = tuple(path for path in changed if path not in ours and (folder / path).exists())
    if not changed and not stale and (manifest.interrupted or ours != files.keys()):
        changed = (MANIFEST,)
    return Changes(changed, stale, foreign)


def _holds(folder: Path, path: str, data: bytes, stamps: Stamps | None) -> bool:
    """Whether the file at `path` contains `data`."""
    place = f"{folder}/{path}"
    try:
        stat = disk.stat(place)
        if stamps and stamps.fits(path, stat, data):
            return True
        if stat.size != len(data) or Path(place).read_bytes() != data:
            return False
    except OSError:
        return False
    if stamps:
        stamps.take({path: stat}, {path: data})
    return True


def _switch(folder: Path, files: Mapping[str, bytes], changes: Changes, manifest: Manifest) -> dict[str, Stat]:
    """Write everything in the stage, then move everything into place: what can fail fails before the first move."""
    if manifest.interrupted:
        drop_stage(folder)
    new = {path: files[path] for path in changes.changed if path != MANIFEST}
    made: list[Path] = []
    try:
        _make_folder(folder, made)
        # First of all, so that a run that is killed leaves nothing that the next does not know as ours.
        write_manifest(folder, manifest.files | files.keys(), complete=False)
        written = fill_stage(folder, new)
    except BaseException:
        _drop_folders(folder, made)
        raise
    move_staged(folder, plan_moves(folder, new))
    return written


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


def _remove(folder: Path, stale: tuple[str, ...]) -> None:
    for path in stale:
        (folder / path).unlink(missing_ok=True)
        for parent in PurePosixPath(path).parents:
            if parent == PurePosixPath() or any((folder / parent).iterdir()):
                break
            (folder / parent).rmdir()


def _some(paths: tuple[str, ...]) -> str:
    more = f" and {len(paths) - MAX_NAMED} more" if len(paths) > MAX_NAMED else ""
    return ", ".join(quoted(path) for path in paths[:MAX_NAMED]) + more
