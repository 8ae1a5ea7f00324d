"""Installing beside the event loop: what is there starts at once, what is not is fetched, a few packages at a time."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hub_launch.install.cache import install, installed, is_installable
from hub_launch.install.tool import NotInstallable
from hub_launch.plan import Context, Launch, StdioLaunch

# Half of an installation is waiting for the network, and the rest keeps a core busy.
AT_ONCE = max(2, os.cpu_count() or 2)

# What an engine or a download does before each start takes a moment where everything is there.
_WORDS = {"oci": "looking for", "mcpb": "looking for"}

_log = logging.getLogger(__name__)


class Ahead:
    """Turns planned launches into installed ones."""

    def __init__(self, root: Path, context: Context, at_once: int = AT_ONCE) -> None:
        """root: the cache of packages. context: this machine, for npm and uv."""
        self._root = root
        self._context = context
        self._turns = asyncio.Semaphore(at_once)

    async def prepare(self, launch: Launch, tell: Callable[[str], None]) -> Launch:
        """`launch` from the cache, its package installed if it is not there; others as they are.

        tell: hears what is waited for, if anything is. Raises HubError that says why the package cannot be installed.
        Cancelled, it ends npm and uv before it returns.
        """
        if not isinstance(launch, StdioLaunch) or launch.packaged is None:
            return launch
        if not is_installable(launch):
            _log.warning("%s is started by its runner: its package cannot be installed beforehand", launch.id)
            return launch
        try:
            ready = installed(launch, self._root) or await self._install(launch, tell)
            return replace(ready, installed=launch.packaged.package)
        except NotInstallable as error:
            # What was shown and approved is this command.
            _log.warning("%s is started by its runner: %s", launch.id, error.message)
            return launch

    async def _install(self, launch: StdioLaunch, tell: Callable[[str], None]) -> StdioLaunch:
        package = launch.packaged.package if launch.packaged else None
        what = f"{package.identifier} {package.version}" if package else launch.id
        if self._turns.locked():
            tell(f"{what} is installed when others are")
        async with self._turns:
            tell(f"{_WORDS.get(package.registry_type, 'installing') if package else 'installing'} {what}")
            stopped = threading.Event()
            work = asyncio.create_task(asyncio.to_thread(install, launch, self._root, self._context, stopped))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                stopped.set()
                await asyncio.wait([work])
                raise
            finally:
                tell("")
