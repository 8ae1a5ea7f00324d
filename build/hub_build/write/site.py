"""What a site's folder lacks, and how it comes to hold it."""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hub_build.shadows import refuse_shadows
from hub_build.write import disk
from hub_build.write.disk import Stat
from hub_build.write.manifest import MANIFEST, Manifest, read_manifest, write_manifest
from hub_build.write.part import Part, file_parts
from hub_build.write.stage import drop_stage, fill_stage, move_staged, plan_moves
from hub_build.write.stamps import Stamps
from hub_launch.errors import HubError
from hub_launch.judge.findings import quoted

Files = Mapping[str, bytes] | Sequence[Part]
"""What a site should hold: files by relative path, or parts of it."""

# Files that are held at once, of some 2,000 servers.
MAX_HELD = 24_000

# How many paths a message names: enough to see what it is about.
MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class Changes:
    """What separates a folder from what it should hold: relative paths, sorted."""

    changed: tuple[str, ...]
    stale: tuple[str, ...]
    foreign: tuple[str, ...]
    """Of the changed ones, those that exist and that we did not write."""
    files: int = 0
    """How many there are, changed or not."""

    @property
    def current(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.changed or self.stale)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at the folder found.

    paths: of all parts. parts: those that were made and read, with what their files are on the disk; None for what is
    to be written.
    """

    changes: Changes
    paths: list[str]
    parts: Sequence[tuple[Part, Mapping[str, Stat | None]]]

    def batches(self) -> Iterator[dict[str, bytes]]:
        """The files that are to be written, so many at a time that memory has room for them."""
        batch: dict[str, bytes] = {}
        for part, stats in self.parts:
            if None in stats.values():
                batch |= {path: data for path, data in part.files().items() if stats[path] is None}
            if len(batch) >= MAX_HELD:
                yield batch
                batch = {}
        if batch:
            yield batch


def compare(folder: Path, files: Files, stamps: Stamps | None = None) -> Changes:
    """What writing `files` to `folder` would change. Reads only. Raises HubError if the folder's manifest is broken.

    stamps: what is remembered of the folder; without, every file is made and read.
    """
    return _look(folder, _parts(files), stamps, read_manifest(folder)).changes


def write_site(folder: Path, files: Files, stamps: Stamps | None = None) -> Changes:
    """Make `folder` hold `files`, and say what changed. Files that an earlier run wrote and that are stale go.

    Raises HubError, with the old site untouched, if a file of another hand is in the way, if files get in one another's
    way, or if the disk is full.
    """
    manifest, parts = read_manifest(folder), _parts(files)
    look = _look(folder, parts, stamps, manifest)
    changes, written = look.changes, {}
    if changes.foreign:
        raise HubError(
            f"{folder} has files that hub-build did not write: {_some(changes.foreign)}",
            "remove them, or write to another folder with -o",
        )
    if not changes.current:
        refuse_shadows(look.paths)
        try:
            written = _switch(folder, look, manifest)
            _remove(folder, changes.stale)
            write_manifest(folder, look.paths, complete=True)
        except OSError as error:
            raise HubError(
                f"{folder} cannot be written: {error.strerror or error} ({quoted(error.filename or folder)})",
                "every file there is still whole; free space or correct permissions and run again",
            ) from error
    if stamps:
        for part, stats in look.parts:
            stamps.take(part, {path: stat or written[path] for path, stat in stats.items()})
        stamps.keep(part.name for part in parts)
    return changes


def _parts(files: Files) -> Sequence[Part]:
    return file_parts(files) if isinstance(files, Mapping) else files


def _look(folder: Path, parts: Sequence[Part], stamps: Stamps | None, manifest: Manifest) -> _Look:
    exists, ours = folder.exists(), manifest.files
    paths: list[str] = []
    new: list[str] = []
    read: list[tuple[Part, Mapping[str, Stat | None]]] = []
    for part in parts:
        held = stamps.held(part) if stamps and exists else None
        if held is None:
            stats = _found(folder, part) if exists else dict.fromkeys(part.paths or part.files())
            new += [path for path, stat in stats.items() if stat is None]
            read.append((part, stats))
            held = tuple(stats)
        paths += held
    wanted = frozenset(paths)
    stale = tuple(path for path in sorted(ours - wanted) if (folder / path).exists())
    changed = tuple(sorted(new))
    foreign = tuple(path for path in changed if _is_foreign(folder / path, path in ours)) if exists else ()
    if not changed and not stale and (manifest.interrupted or ours != wanted):
        changed = (MANIFEST,)
    return _Look(Changes(changed, stale, foreign, len(paths)), paths, read)


def _is_foreign(place: Path, ours: bool) -> bool:
    """Whether what is at `place` is not what we wrote there. Of us there are no folders where a file should be."""
    return place.is_dir() or (not ours and place.exists())


def _found(folder: Path, part: Part) -> dict[str, Stat | None]:
    """What the files of `part` are on the disk; None for those that are to be written."""
    # Paths as text, as in the stage.
    if part.paths and not any(os.path.lexists(f"{folder}/{path}") for path in part.paths):
        return dict.fromkeys(part.paths)
    return {path: _holding(folder, path, data) for path, data in part.files().items()}


def _holding(folder: Path, path: str, data: bytes) -> Stat | None:
    """What the file at `path` is on the disk, if it contains `data`."""
    place = f"{folder}/{path}"
    try:
        stat = disk.stat(place)
        return stat if stat.size == len(data) and Path(place).read_bytes() == data else None
    except OSError:
        return None


def _switch(folder: Path, look: _Look, manifest: Manifest) -> dict[str, Stat]:
    """Write everything in the stage, then move everything into place: what can fail fails before the first move."""
    if manifest.interrupted:
        drop_stage(folder)
    made: list[Path] = []
    try:
        _make_folder(folder, made)
        # First of all, so that a run that is killed leaves nothing that the next does not know as ours.
        write_manifest(folder, [*look.paths, *manifest.files.difference(look.paths)], complete=False)
        written = fill_stage(folder, look.batches())
    except BaseException:
        _drop_folders(folder, made)
        raise
    move_staged(folder, plan_moves(folder, written))
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
