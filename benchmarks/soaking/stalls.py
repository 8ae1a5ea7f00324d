"""How long an event loop stood still, and what its thread did meanwhile."""

import gc
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Nothing that the hub does itself takes a hundredth of this.
STALL_SECONDS = 2.0
BEAT_SECONDS = 0.5

# Said of a stall that is the machine's: its thread was ready, and other programs had the processors.
_STARVED = "for want of a processor"
# What faulthandler begins with, as soon as a beat is that late.
_NOTICED = "Timeout"


@dataclass(frozen=True, slots=True)
class Beat:
    """The clock, and what the main thread has done so far; all in seconds."""

    at: float
    computed: float
    queued: float
    """It was ready to run and did not."""
    collected: float
    """Of what it computed: looking for garbage."""


class Beats:
    """The times between beats, told where they were long."""

    def __init__(self) -> None:
        self._collecting = 0.0
        self._collected = 0.0
        gc.callbacks.append(self._on_collection)
        self._last = self._now()

    def next(self) -> str:
        """To be called at each beat: what is to be said of the time since the one before, mostly nothing."""
        before, self._last = self._last, self._now()
        return told(before, self._last)

    def _now(self) -> Beat:
        # The first thread's number is the process's; nanoseconds, of computing and of waiting for a processor.
        computed, queued = Path(f"/proc/self/task/{os.getpid()}/schedstat").read_text().split()[:2]
        return Beat(time.monotonic(), int(computed) / 1e9, int(queued) / 1e9, self._collected)

    def _on_collection(self, phase: str, info: dict[str, Any]) -> None:
        del info
        if phase == "start":
            self._collecting = time.monotonic()
        else:
            self._collected += time.monotonic() - self._collecting


def told(before: Beat, after: Beat) -> str:
    """A line about the time between two beats, or nothing where the second was not much too late."""
    passed, queued = after.at - before.at, after.queued - before.queued
    if passed < STALL_SECONDS:
        return ""
    computed, collected = after.computed - before.computed, after.collected - before.collected
    cause = f", {_STARVED}" if passed - queued < STALL_SECONDS else ""
    return (
        f"it stood still for {passed:.1f} s{cause}: computed {computed:.1f} s, of these {collected:.1f} s looking for "
        f"garbage; ready without a processor {queued:.1f} s\n"
    )


def stalls(text: str) -> int:
    """How often the loop stood still by itself, of all that was noticed and told."""
    return text.count(_NOTICED) - text.count(_STARVED)
