"""Looks every now and then at what each server uses, and ends one that uses too much."""

import functools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from hub_launch.run.family import Family, kill
from hub_launch.run.limits import Limits
from hub_launch.run.processes import Process, listed, own_memory

# How long memory and processes can grow unseen.
LOOK_SECONDS = 1.0
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
        never = threading.Event()
        while True:
            self._some.wait()
            never.wait(self._seconds)
            if not self._watched:
                self._some.clear()
            # Added in between: it woke a thread that was awake.
            if self._watched:
                self._some.set()
            try:
                self.look()
            except Exception:
                _log.exception("the watch over servers stumbled")

    def look(self) -> None:
        """Look at everybody once."""
        watched = self._watched
        processes = listed() if watched else {}
        for one in watched:
            if reason := excess(one.family.among(processes), one.limits):
                one.exceeded(reason)
                kill(one.family.living, _KILL_SECONDS)


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
