"""Everything that one child has started, as far as it can be known."""

import contextlib
import functools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from hub_launch.run.processes import Process, listed_now, look_up, mark_of, send

_LOOK_AGAIN_SECONDS = 0.02

Find = Callable[[], list[Process]]
Read = Callable[[int], str]
Select = Callable[[Iterable[Process], Iterable[Process]], list[Process]]


class Family:
    """The processes of a child: its descendants, its process group and session, and who carries its mark.

    A program may leave its parent and its group, as daemons do, and clear its environment. One that did all of that
    is known only if it was seen before; that is what looking every now and then is for.
    """

    def __init__(self, leader: Process, mark: str) -> None:
        self._leader = leader
        self._mark = mark
        self._known = {leader.key}
        # The watch looks, and whoever ends the family.
        self._lock = threading.Lock()
        self._strangers: set[tuple[int, int]] = set()

    def among(self, processes: Mapping[int, Process], read: Read | None = None) -> list[Process]:
        """Those of `processes` that belong to the family. read: how to learn marks, if not from the kernel."""
        marked = functools.partial(self._marked, read or mark_of)
        with self._lock:
            members, others = self._related_among(processes)
            # Last, and only of who is left: reading marks waits for processes that are busy starting others.
            others = self._take_in(marked, others, members)
            # What was looked at once need not be looked at again.
            self._strangers = {one.key for one in others}
            self._known = {self._leader.key, *(one.key for one in members)}
            return members

    def related(self, processes: Mapping[int, Process]) -> list[Process]:
        """As `among`, but without those who are known by their mark alone: quick, however many there are."""
        with self._lock:
            members, _ = self._related_among(processes)
            self._known.update(one.key for one in members)
            return members

    def _related_among(self, processes: Mapping[int, Process]) -> tuple[list[Process], list[Process]]:
        members = [one for one in processes.values() if one.key in self._known]
        others = [one for one in processes.values() if self._possible(one)]
        return members, self._take_in(self._related, others, members)

    def _take_in(self, select: Select, others: list[Process], members: list[Process]) -> list[Process]:
        """Add to `members` whom `select` finds and who is related to these; the answer is who is left."""
        while new := select(others, members):
            members += new
            taken = {one.pid for one in new}
            others = [one for one in others if one.pid not in taken]
            select = self._related
        return others

    def living(self) -> list[Process]:
        """Those that run now."""
        return self.among(listed_now())

    def _possible(self, process: Process) -> bool:
        # Nobody is older than who started them.
        return process.started >= self._leader.started and process.key not in self._known

    def _related(self, others: Iterable[Process], members: Iterable[Process]) -> list[Process]:
        parents = {one.pid for one in members}
        # A group's number is nobody else's as long as somebody is in it.
        groups = {one.group for one in members if one.session == self._leader.pid}
        return [one for one in others if one.parent in parents or one.group in groups]

    def _marked(self, read: Read, others: Iterable[Process], members: Iterable[Process]) -> list[Process]:
        del members
        return [one for one in others if one.key not in self._strangers and carries(read(one.pid), self._mark)]


def carries(found: str, mark: str) -> bool:
    """Whether `found` is `mark`, or that of a hub which was itself started with it."""
    return bool(mark) and f"/{mark}/" in f"/{found}/"


def end(find: Find, patience: float) -> None:
    """SIGTERM to all that `find` finds; SIGKILL to what is left after `patience` seconds. Blocks so long."""
    for process in find():
        send(process, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while find() and time.monotonic() < deadline:
        time.sleep(_LOOK_AGAIN_SECONDS)
    kill(find, patience)


def kill(find: Find, patience: float) -> list[Process]:
    """SIGKILL to all that `find` finds, however fast they multiply; tries for `patience` seconds.

    Groups are killed as a whole, which nobody in them can outrun; with a sandbox's group, all in it is gone. Who is
    alone is stopped first: what is stopped starts nothing more, and keeps its place where their number is limited.
    """
    if sys.platform == "win32":
        # Nobody is found there, and there are no such signals.
        return []
    deadline = time.monotonic() + patience
    found: dict[tuple[int, int], Process] = {}
    while (new := [one for one in find() if one.key not in found]) and time.monotonic() < deadline:
        found |= {one.key: one for one in new}
        for members in _groups(new):
            send(members[0], signal.SIGSTOP)
            if len(members) > 1:
                _kill_group(members[0])
    for process in found.values():
        send(process, signal.SIGKILL)
    return list(found.values())


def _groups(processes: Iterable[Process]) -> list[list[Process]]:
    """The processes by their groups, the largest first."""
    groups: dict[int, list[Process]] = {}
    for process in processes:
        groups.setdefault(process.group, []).append(process)
    return sorted(groups.values(), key=len, reverse=True)


def _kill_group(member: Process) -> None:
    """Kill all in the group of a stopped process: as long as that is there, the group's number is no other's."""
    if sys.platform == "win32":
        return
    now = look_up(member.pid)
    if now and now.key == member.key and now.group == member.group:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(member.group, signal.SIGKILL)


def run_still(processes: Iterable[Process]) -> bool:
    """Whether one of them has not ended."""
    return any((now := look_up(one.pid)) and now.key == one.key for one in processes)
