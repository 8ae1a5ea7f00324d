"""What serves a launch: a process of its own, or a thread of the hub where the user agreed to that."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from hub_launch.plan import StdioLaunch
from hub_launch.run.process import Child
from hub_launch.run.relay import Writable
from hub_launch.run.stdio import Readable


class Spawned(Protocol):
    """See Child and InProcessChild."""

    ended_because: str
    """What it was ended for by its watch; empty for any other end."""

    @property
    def stdin(self) -> "Closable":
        """Where messages to it go."""
        ...

    @property
    def stdout(self) -> Readable:
        """Where its messages come from."""
        ...

    @property
    def exit_code(self) -> int | None:
        """Its exit code (negative: the signal that ended it), or None while it runs."""
        ...

    async def wait(self) -> int:
        """Wait for it to end by itself."""
        ...

    async def close(self) -> None:
        """End it and everything it started."""
        ...

    def memory(self) -> int | None:
        """Bytes in memory of it and all that it started; None where that is not known. Takes a moment: for a thread."""
        ...

    def last_words(self) -> str:
        """What it last wrote to standard error: safe to print, without secrets."""
        ...


class Closable(Writable, Protocol):
    """A pipe's end."""

    def close(self) -> None:
        """Let the other side read the end."""
        ...


Spawn = Callable[[StdioLaunch, Path], Awaitable[Spawned]]


async def spawn(launch: StdioLaunch, log: Path) -> Spawned:
    """Start the launch. Raises HubError when it cannot be started."""
    if launch.inside:
        # Here, since it imports FastMCP.
        from hub_launch.run.inprocess import InProcessChild

        return await InProcessChild.spawn(launch, log)
    return await Child.spawn(launch, log)
