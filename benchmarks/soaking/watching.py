"""What the hub holds: memory all the time; files and tasks when nobody asks for anything."""

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hubs.clients import Client
from hubs.memory import hub_memory, open_files
from hubs.running import echo

SAMPLE_SECONDS = 0.5
# Between the medians of the second and of the last quarter of a run: what a leak of 100 bytes a call would be
# after 150,000 calls. Pages that the allocator keeps after large answers are less.
MOST_GROWTH_MB = 16.0
# A server more that is just away, or just being started.
MOST_MORE = 6
# For what calls leave behind to be cleared away: after so many samples alike, it is.
CALM_SECONDS = 15.0
ALIKE = 4


@dataclass(frozen=True, slots=True)
class Held:
    """What an idle hub has open."""

    files: int
    tasks: int


@dataclass(slots=True)
class Watch:
    """The hub's process."""

    pid: int
    window: Path
    """Where it writes its number of tasks."""
    samples: list[tuple[int, float]] = field(default_factory=list)
    """Calls made, and megabytes."""
    slowest: float = 0.0
    """Seconds that a server without a hub took to answer, at worst: what is slower than that is not the machine."""

    async def sample(self, calls: Callable[[], int]) -> None:
        """Note the memory until cancelled. calls: how many were made."""
        while True:
            if memory := hub_memory(self.pid):
                self.samples.append((calls(), memory["rss"]))
            await asyncio.sleep(SAMPLE_SECONDS)

    async def compare(self, client: Client) -> None:
        """Ask a server without a hub now and then, until cancelled."""
        while True:
            began = time.monotonic()
            await echo(client, "echo", "compare")
            self.slowest = max(self.slowest, time.monotonic() - began)
            await asyncio.sleep(SAMPLE_SECONDS)

    def growth(self) -> float:
        """Megabytes from the second quarter of the samples to the last."""
        megabytes = [one for _, one in self.samples]
        quarter = max(1, len(megabytes) // 4)
        return statistics.median(megabytes[-quarter:]) - statistics.median(
            megabytes[quarter : 2 * quarter] or megabytes
        )

    def slope(self) -> float:
        """Megabytes for each 100,000 calls, over the last three quarters: for people, since it says little of few."""
        late = self.samples[len(self.samples) // 4 :]
        calls, megabytes = zip(*late, strict=True)
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
            seen.append(Held(open_files(self.pid), await self.tasks()))
        return seen[-1]

    @staticmethod
    def grown(before: Held, now: Held) -> bool:
        """Whether noticeably more is held."""
        return now.files > before.files + MOST_MORE or now.tasks > before.tasks + MOST_MORE

    async def tasks(self) -> int:
        """How many asyncio tasks there are."""
        self.window.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        async with asyncio.timeout(CALM_SECONDS):
            while not self.window.exists():
                await asyncio.sleep(0.01)
        return int(self.window.read_text())
