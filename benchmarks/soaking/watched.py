"""`hub-launch` with a window: at SIGUSR1 it writes how many asyncio tasks it has to the file SOAK_WINDOW.

From the first time on it also watches its own event loop: where that stood still for long, the file SOAK_STALLS says.
"""

import asyncio
import faulthandler
import os
import signal
from pathlib import Path
from types import FrameType

from hub_launch.cli.main import entrypoint

# Nothing that the hub does itself takes a hundredth of this.
STALL_SECONDS = 2.0
BEAT_SECONDS = 0.5

_stalls = Path(os.environ["SOAK_STALLS"]).open("w")  # noqa: SIM115 (as long as the process)
_watched: list[asyncio.AbstractEventLoop] = []


def _show(number: int, frame: FrameType | None) -> None:
    del number, frame
    path = Path(os.environ["SOAK_WINDOW"])
    # Read by somebody else: whole or not at all.
    path.with_suffix(".new").write_text(str(len(asyncio.all_tasks())))
    path.with_suffix(".new").replace(path)
    if not _watched:
        _watched.append(asyncio.get_running_loop())
        _beat()


def _beat() -> None:
    faulthandler.dump_traceback_later(STALL_SECONDS, file=_stalls)
    _watched[0].call_later(BEAT_SECONDS, _beat)


signal.signal(signal.SIGUSR1, _show)
try:
    entrypoint()
finally:
    faulthandler.cancel_dump_traceback_later()
