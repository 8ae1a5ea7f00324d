"""Looks every now and then at what each server uses, and ends one that uses too much."""

import functools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from hub_launch.run.family import Family, kill
from hub_launch.run.limits import Limits
from hub_launch.run.processes import Process, all_tasks, listed, mark_of, own_memory

# How long memory can grow unseen. A look takes some 20 µs for each process of the machine.
LOOK_SECONDS = 2.0
# A fork bomb has thousands within a second, and leaves no time to count them: whether the machine's tasks have become
# many more is one short read, and is asked much more often.
GLANCE_SECONDS = 0.1
SUDDENLY_MORE = 200
# What is killed is gone in milliseconds; thousands of processes take a little longer.
_KILL_SECONDS = 5.0

_log = logging.getLogger(__name__)

Exceeded = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Watched:
    """One server's processes. exceeded: told why, in the watch's thread, before they are ended."""

    family: Family
    limits: Limits
    exceeded: Exceeded


class Watch:
    """A thread of its own: the hub's may be busy when it matters, and killing a thousand processes takes a while."""

    def __init__(self, seconds: float = LOOK_SECONDS) -> None:
        """Start the thread; it ends with the program."""
        self._seconds = seconds
        self._watched: frozenset[Watched] = frozenset()
        self._some = threading.Event()
        threading.Thread(target=self._run, name="hub-watch", daemon=True).start()

    def add(self, one: Watched) -> None:
        """Look after `one`."""
        self._watched |= {one}
        self._some.set()

    def remove(self, one: Watched) -> None:
        """Look after `one` no more."""
        self._watched -= {one}

    def _run(self) -> None:
        while True:
            self._some.wait()
            self._pause()
            if not self._watched:
                self._some.clear()
            # Added in between: it woke a thread that was awake.
            if self._watched:
                self._some.set()
            try:
                self.look()
            except Exception:
                _log.exception("the watch over servers stumbled")

    def _pause(self) -> None:
        before, until = all_tasks(), time.monotonic() + self._seconds
        while time.monotonic() < until and all_tasks() < before + SUDDENLY_MORE:
            time.sleep(min(self._seconds, GLANCE_SECONDS))

    def look(self) -> None:
        """Look at everybody once."""
        watched = self._watched
        processes = listed() if watched else {}
        related = {one: one.family.related(processes) for one in watched}
        ended = [_end_if_excessive(one, members) for one, members in related.items()]
        if any(ended):
            return
        # Whose family is known has no need of a mark; and nobody's is read twice.
        claimed = {process.pid for members in related.values() for process in members}
        read = functools.cache(lambda pid: "" if pid in claimed else mark_of(pid))
        for one in watched:
            _end_if_excessive(one, one.family.among(processes, read))


def _end_if_excessive(one: Watched, members: list[Process]) -> bool:
    reason = excess(members, one.limits)
    if reason:
        one.exceeded(reason)
        kill(one.family.living, _KILL_SECONDS)
    return bool(reason)


def excess(members: list[Process], limits: Limits) -> str:
    """What `members` use too much of, in words that go on from "was ended"; empty if nothing."""
    if len(members) > limits.processes:
        return f"it had {len(members):,} processes, and may have {limits.processes:,}"
    # The quick sum counts what is shared several times; asked precisely only where it matters.
    if sum(one.memory for one in members) <= limits.memory:
        return ""
    used = sum(one.memory if (own := own_memory(one.pid)) is None else own for one in members)
    return f"it used {_size(used)} of memory, and may use {_size(limits.memory)}" if used > limits.memory else ""


def _size(count: int) -> str:
    return f"{count / 1024**3:,.1f} GB" if count >= 1024**3 else f"{count / 1024**2:,.0f} MB"


@functools.cache
def watch() -> Watch:
    """The watch of this process, started when first asked for."""
    return Watch()
