"""`hub-launch` with a window: at SIGUSR1 it writes how many asyncio tasks it has to the file SOAK_WINDOW."""

import asyncio
import os
import signal
from pathlib import Path
from types import FrameType

from hub_launch.cli.main import entrypoint


def _show(number: int, frame: FrameType | None) -> None:
    del number, frame
    path = Path(os.environ["SOAK_WINDOW"])
    # Read by somebody else: whole or not at all.
    path.with_suffix(".new").write_text(str(len(asyncio.all_tasks())))
    path.with_suffix(".new").replace(path)


signal.signal(signal.SIGUSR1, _show)
entrypoint()
