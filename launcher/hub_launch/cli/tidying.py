"""While a hub runs, what nobody has used for long goes from its cache."""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

from hub_launch.catalog.lock import Lock
from hub_launch.errors import HubError
from hub_launch.files import unused_since
from hub_launch.guard.lockfile import LockFile
from hub_launch.index.unused import unused_documents
from hub_launch.settings import Settings

# A quarter of a year: what is used each month, or was put aside for a holiday, is still there.
UNUSED_SECONDS = 90 * 24 * 3600.0
# Servers that start have the disk for themselves.
FIRST_SECONDS = 60.0
# Files get old by the day.
AGAIN_SECONDS = 24 * 3600.0


@contextlib.asynccontextmanager
async def tidying(settings: Settings, first: float = FIRST_SECONDS) -> AsyncIterator[None]:
    """Remove it in the background while this lasts, after so many seconds for the first time."""
    stopped = threading.Event()
    task = asyncio.create_task(_go_on(settings, first, stopped.is_set))
    try:
        yield
    finally:
        # A thread cannot be cancelled, and the hub ends when it has.
        stopped.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _go_on(settings: Settings, first: float, stopped: Callable[[], bool]) -> None:
    await asyncio.sleep(first)
    while True:
        await asyncio.to_thread(tidy, settings, time.time(), stopped)
        await asyncio.sleep(AGAIN_SECONDS)


def tidy(settings: Settings, now: float, stopped: Callable[[], bool] = lambda: False) -> None:
    """Remove what was not used for UNUSED_SECONDS, until all is done or `stopped`.

    What cannot be removed stays. Nothing is removed of what the lock or a registry's index still needs, and no
    documents at all while the lock cannot be read.
    """
    for path in _unused(settings, now - UNUSED_SECONDS):
        if stopped():
            return
        with contextlib.suppress(OSError):
            path.unlink()


def _unused(settings: Settings, before: float) -> Iterator[Path]:
    # Of a server that was not started for so long; its first list waits for it once.
    yield from unused_since(settings.definitions_dir, before)
    with contextlib.suppress(HubError):
        locked = _locked(LockFile(settings.lock_path).read())
        yield from unused_documents(settings.cache_dir, locked, before)


def _locked(lock: Lock) -> frozenset[str]:
    return frozenset(pin.sha256 for pin in lock.servers.values() if pin.sha256)
