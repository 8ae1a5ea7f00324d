"""One thing that writes files, done over and over: each time another operation of it goes wrong, in each way."""

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from tests.faults.disk import Disk, Fault, Killed

from hub_launch.errors import HubError

# Nothing here takes more; who never comes to an end is a defect of the test.
MAX_OPERATIONS = 300


@dataclass(frozen=True)
class Work:
    """Something that changes files below a folder.

    prepare: what is there before. act: the change. files: those that are promised to be the old or the new one, as
    patterns; read: what counts of one, where not every byte is the same each time. tolerant: it goes on without the
    file, and says nothing or says it otherwise.
    """

    prepare: Callable[[Path], object]
    act: Callable[[Path], object]
    files: Iterable[str] = ("**/*",)
    read: Callable[[bytes], object] = bytes
    tolerant: bool = False
    late: bool = False
    """What it keeps for itself may be missing when all that counts is there."""
    error: type[Exception] = HubError
    """Whoever calls it has the words."""
    left: Iterable[str] = ()
    """What may stay besides those, a lock, say: patterns for names of files, or of folders with all in them."""

    def contents(self, folder: Path) -> dict[str, object]:
        """The files that count, by their relative path."""
        paths = {path for pattern in self.files for path in folder.glob(pattern) if path.is_file()}
        counted = [path for path in paths if not self._may_stay(path)]
        return {str(path.relative_to(folder)): self.read(path.read_bytes()) for path in counted}

    def _may_stay(self, path: Path) -> bool:
        return any(fnmatch(part, pattern) for part in path.parts for pattern in self.left)


def walk(work: Work, folder: Path, patched, faults: Iterable[Fault] = tuple(Fault)) -> int:
    """Returns how many faults there were. Raises AssertionError, which says after which one a promise was broken."""
    before, after = _undisturbed(work, folder)
    assert before != after
    done = 0
    for fault in faults:
        for number in range(1, MAX_OPERATIONS):
            disk, error = _disturbed(work, folder, patched, number, fault)
            if not disk.reached:
                break
            where = f"{fault.name} at {disk.operations[number - 1]!r}, operation {number} of {disk.operations}"
            _check(work, work.contents(folder), before, after, fault, error, where)
            # Whoever comes next, on a disk that is well again, has what was wanted.
            if work.contents(folder) != after:
                work.act(folder)
            now = {path: content for path, content in work.contents(folder).items() if not _is_temporary(path)}
            assert now == after, f"not recovered: {where}"
            done += 1
    return done


def _undisturbed(work: Work, folder: Path) -> tuple[Mapping[str, object], Mapping[str, object]]:
    _fresh(work, folder)
    before = work.contents(folder)
    work.act(folder)
    return before, work.contents(folder)


def _disturbed(work: Work, folder: Path, patched, number: int, fault: Fault) -> tuple[Disk, BaseException | None]:
    _fresh(work, folder)
    disk = Disk(folder, number, fault)
    try:
        with disk(patched):
            work.act(folder)
    except (HubError, OSError, Killed) as error:
        return disk, error
    return disk, None


def _fresh(work: Work, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    work.prepare(folder)


def _check(work, now, before, after, fault, error, where):
    for path, content in now.items():
        if fault is Fault.KILLED and _is_temporary(path):
            continue
        assert path in before or path in after, f"{path} was left behind: {where}"
        assert content in (before.get(path), after.get(path)), f"{path} is neither the old nor the new one: {where}"
    assert not [path for path in before.keys() & after.keys() if path not in now], f"lost: {where}"
    if fault is Fault.KILLED:
        return
    if error is None:
        assert work.tolerant or now == after, f"nothing was said: {where}"
        return
    assert isinstance(error, work.error), f"{error!r} is no message for people: {where}"
    assert str(fault) in str(error), f"{error} does not say why: {where}"
    assert work.late or now != after, f"{error}, and all was done: {where}"


def _is_temporary(path: str) -> bool:
    """What a killed process leaves has names that nobody takes for a file's."""
    return any(part.startswith(".") for part in Path(path).parts)
