"""Work that nobody waits for, and that ends with whoever it is done for."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """Tasks that are held on to until they are done."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Do it beside everything else. It has to deal with its own failures."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Cancel what is not done, and wait until it has ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def wait(self) -> None:
        """Wait until all is done, also what is begun meanwhile."""
        while self._tasks:
            await asyncio.wait(self._tasks)
