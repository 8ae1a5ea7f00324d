"""One server for one command, ended with it."""

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from hub_launch.cli.prepare import means
from hub_launch.plan import Launch
from hub_launch.settings import Settings

if TYPE_CHECKING:
    from hub_launch.run.server import OnChange, Server


@contextlib.asynccontextmanager
async def started(launch: Launch, settings: Settings, show: "OnChange") -> "AsyncIterator[Server]":
    """The server once its start is over, well or badly: its status says which. show: hears of each status."""
    # Here, since what supervises takes a moment to import.
    from hub_launch.run.supervisor import Supervisor

    supervisor = Supervisor([launch], [], settings.log_dir, show, means(settings))
    server = supervisor.servers[launch.id]
    supervisor.start()
    try:
        await supervisor.settled()
        yield server
    finally:
        await supervisor.close()
