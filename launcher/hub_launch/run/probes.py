"""Asking servers now and then whether they answer.

A probe is the cheapest request that each era of the protocol defines, and never holds up a call: it goes beside them,
over the connection that there is. None is sent where a call was answered instead, and none to a server that rests.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from hub_launch.run.health import Record

# Often enough that a failed remote is known before most users meet it; seldom enough to be no load on somebody else's
# server (two requests a minute), nor on a laptop with a hundred children.
PROBE_SECONDS = 30.0
# After a failure the next probe comes sooner: whether it was an accident should be known within half a minute.
DOUBT_SECONDS = 5.0
# Waits differ by up to this share, so that the probes of many servers do not come together.
JITTER = 0.25
# To such a request a server has the answer at hand. One that needs longer keeps its callers waiting too.
LIMIT_SECONDS = 5.0
# Nobody sleeps this much longer than they wanted to on a machine that is awake.
OVERSLEPT_SECONDS = 10.0


def boot_clock() -> float:
    """Seconds that go on while the machine sleeps, which the usual clock of Linux and macOS does not count."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.time()


class Patient(Protocol):
    """Whoever is asked."""

    record: Record

    @property
    def askable(self) -> bool:
        """Whether a probe may be sent now."""
        ...

    @property
    def busy(self) -> bool:
        """Whether calls are under way, any of which may be what keeps it from answering."""
        ...

    async def probe(self) -> None:
        """Ask. Raises whatever there is instead of an answer."""
        ...

    def why(self, error: Exception) -> str:
        """What such an error means, for people; safe to print."""
        ...

    def judge(self) -> None:
        """Act on what the record says now."""
        ...


@dataclass(frozen=True, slots=True)
class Clocks:
    """What time it is for probes; tests replay it."""

    clock: Callable[[], float]
    boot_clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]
    """From 0 to 1."""


async def watch(patient: Patient, clocks: Clocks) -> None:
    """Probe until cancelled."""
    while True:
        wait = DOUBT_SECONDS if patient.record.failing else PROBE_SECONDS
        wait *= 1 + JITTER * (2 * clocks.chance() - 1)
        if await _overslept(clocks, wait, clocks.sleep(wait)):
            # Nobody is asked before the network is back, and not all at once then.
            patient.record.woke()
            patient.judge()
        elif patient.askable and patient.record.silent(wait):
            await _probe(patient, clocks)
            patient.judge()


async def _probe(patient: Patient, clocks: Clocks) -> None:
    began = clocks.clock()
    if await _overslept(clocks, LIMIT_SECONDS, _ask(patient, clocks, began)):
        patient.record.woke()


async def _ask(patient: Patient, clocks: Clocks, began: float) -> None:
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            await patient.probe()
    except TimeoutError:
        patient.record.failed(f"it does not answer: nothing came within {LIMIT_SECONDS:g} s", busy=patient.busy)
    except Exception as error:
        # Whatever broke, broke between us and the server.
        patient.record.failed(patient.why(error), busy=patient.busy)
    else:
        patient.record.probed(clocks.clock() - began)


async def _overslept(clocks: Clocks, seconds: float, waiting: Awaitable[None]) -> bool:
    """Wait, and say whether it took much longer than `seconds`: the machine slept."""
    began = clocks.boot_clock()
    await waiting
    return clocks.boot_clock() - began > seconds + OVERSLEPT_SECONDS
