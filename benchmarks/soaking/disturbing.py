"""Has disturbances happen while there is load, each at times of its own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from random import Random

import msgspec
from hubs.clients import Refused
from hubs.http1 import Broken

from soaking.calling import Tally
from soaking.disturbances import Disturbance
from soaking.judge import Fault
from soaking.scene import Scene

# A short run has each once while it warms up and once afterwards, within this time.
SHORT_SECONDS = 2.0


class Disturbing:
    """All of them, beside the callers."""

    def __init__(self, scene: Scene, table: Mapping[str, Disturbance], tally: Tally, seed: int) -> None:
        self._scene = scene
        self._table = table
        self._tally = tally
        self._chances = {name: Random(f"{seed} {name}") for name in table}  # noqa: S311 (repeatable)

    @contextlib.asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """While this lasts; what has begun is done to its end, and what is left behind is cleared away."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for name in self._table:
                group.create_task(self._go_on(name, over))
            try:
                yield
            finally:
                over.set()
        self._scene.calm()

    async def _go_on(self, name: str, over: asyncio.Event) -> None:
        if self._scene.short:
            await asyncio.sleep(self._chances[name].uniform(0, SHORT_SECONDS))
            await self._act(name)
        while not (self._scene.short or self._tally.over or await self._over_after_pause(name, over)):
            await self._act(name)

    async def _over_after_pause(self, name: str, over: asyncio.Event) -> bool:
        pause = self._table[name].seconds * self._chances[name].uniform(0.5, 1.5)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), pause)
        return over.is_set()

    async def _act(self, name: str) -> None:
        try:
            done = await self._table[name].act(self._scene, self._chances[name])
            self._tally.disturbed[f"{name}: {done}"] += 1
        except (Fault, Broken, Refused, OSError, msgspec.MsgspecError) as error:
            self._tally.wrong(f"{name}: {type(error).__name__}: {error}")
