"""What the hub holds: memory all the time; files, tasks, threads and disk when nobody asks for anything."""

import asyncio
import contextlib
import os
import signal
import statistics
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from pathlib import Path

from hubs.clients import Client
from hubs.memory import PROC, hub_memory, open_files, tree
from hubs.running import echo

SAMPLE_SECONDS = 0.5
# Between the medians of the second and of the last quarter of a run: what a leak of 100 bytes a call would be
# after 150,000 calls. Pages that the allocator keeps after large answers are less.
MOST_GROWTH_MB = 16.0
# A server more that is just away, or just being started.
MOST_MORE = 6
# Of its folder: what the logs of the servers and of the calls may still grow to is less.
MOST_DISK_MB = 64.0
# For what calls leave behind to be cleared away: after so many samples alike, it is.
CALM_SECONDS = 15.0
ALIKE = 4


@dataclass(frozen=True, slots=True)
class Held:
    """What an idle hub has open."""

    files: int
    tasks: int
    threads: int
    processes: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the hub under load."""

    at: float
    """As time.monotonic() has it."""
    calls: int
    megabytes: float
    files: int


@dataclass(slots=True)
class Watch:
    """The hub's process."""

    pid: int
    window: Path
    """Where it writes its number of tasks."""
    between: float = SAMPLE_SECONDS
    """Seconds between two looks at its memory."""
    samples: list[Sample] = field(default_factory=list)
    slowest: float = 0.0
    """Seconds that a server without a hub took to answer, at worst: what is slower than that is not the machine."""

    async def sample(self, calls: Callable[[], int]) -> None:
        """Note the memory until cancelled. calls: how many were made."""
        while True:
            self.look(calls())
            await asyncio.sleep(self.between)

    def look(self, calls: int) -> None:
        """Note the memory once."""
        if memory := hub_memory(self.pid):
            self.samples.append(Sample(time.monotonic(), calls, memory["rss"], open_files(self.pid)))

    async def compare(self, client: Client) -> None:
        """Ask a server without a hub now and then, until cancelled."""
        while True:
            began = time.monotonic()
            await echo(client, "echo", "compare")
            self.slowest = max(self.slowest, time.monotonic() - began)
            await asyncio.sleep(SAMPLE_SECONDS)

    def growth(self) -> float:
        """Megabytes from the second quarter of the samples to the last."""
        megabytes = [one.megabytes for one in self.samples]
        quarter = max(1, len(megabytes) // 4)
        return statistics.median(megabytes[-quarter:]) - statistics.median(
            megabytes[quarter : 2 * quarter] or megabytes
        )

    def slope(self) -> float:
        """Megabytes for each 100,000 calls, over the last three quarters: for people, since it says little of few."""
        late = self.samples[len(self.samples) // 4 :]
        calls, megabytes = [one.calls for one in late], [one.megabytes for one in late]
        if len(set(calls)) < 2:
            return 0.0
        return statistics.linear_regression(calls, megabytes).slope * 100_000

    async def held(self) -> Held:
        """What the hub has open now that nobody asks: as soon as that stays the same, at the latest after a while."""
        deadline = time.monotonic() + CALM_SECONDS
        seen: list[Held] = []
        while len(seen) < ALIKE or len(set(seen[-ALIKE:])) > 1:
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(SAMPLE_SECONDS)
            seen.append(Held(open_files(self.pid), await self.tasks(), threads(self.pid), len(tree(self.pid))))
        return seen[-1]

    @staticmethod
    def grown(before: Held, now: Held) -> bool:
        """Whether noticeably more is held."""
        return any(more > less + MOST_MORE for more, less in zip(astuple(now), astuple(before), strict=True))

    async def tasks(self) -> int:
        """How many asyncio tasks there are."""
        self.window.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        async with asyncio.timeout(CALM_SECONDS):
            while not self.window.exists():
                await asyncio.sleep(0.01)
        return int(self.window.read_text())


def threads(pid: int) -> int:
    """How many threads the process has."""
    return len(list((PROC / str(pid) / "task").iterdir()))


def disk(folder: Path) -> float:
    """Megabytes of all files below a folder."""
    total = 0
    for path in folder.rglob("*"):
        # Logs are renamed meanwhile.
        with contextlib.suppress(OSError):
            total += path.lstat().st_size
    return total / 1_000_000
