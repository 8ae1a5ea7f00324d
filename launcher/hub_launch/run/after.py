"""What is left to do once a child is gone: ending what no signal to its process group reaches."""

import asyncio
import contextlib

from hub_launch.plan import StdioLaunch

# An engine ends a container within a second of being asked; one that hangs must not hold up the end of the hub.
AFTER_SECONDS = 10


async def run_after(launch: StdioLaunch) -> None:
    """Run the launch's `after` commands, one after the other. That one fails means that nothing was left."""
    for command in launch.after:
        with contextlib.suppress(OSError):
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=dict(launch.env),
                # Ctrl-C is for the hub, which waits for this.
                start_new_session=True,
            )
            try:
                async with asyncio.timeout(AFTER_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
