"""`hub-launch` with a window: at SIGUSR1 it writes how many asyncio tasks it has to the file SOAK_WINDOW.

From the first time on it also watches its own event loop: where that stood still for long, the file SOAK_STALLS says.
"""

import asyncio
import faulthandler
import os
import signal
from pathlib import Path
from types import FrameType

# As a script it has this folder on its path, and not the one above.
from stalls import BEAT_SECONDS, STALL_SECONDS, Beats

from hub_launch.cli.main import entrypoint

_stalls = Path(os.environ["SOAK_STALLS"]).open("w")  # noqa: SIM115 (as long as the process)
_watched: list[asyncio.AbstractEventLoop] = []
_beats = Beats()


def _show(number: int, frame: FrameType | None) -> None:
    del number, frame
    path = Path(os.environ["SOAK_WINDOW"])
    # Read by somebody else: whole or not at all.
    path.with_suffix(".new").write_text(str(len(asyncio.all_tasks())))
    path.with_suffix(".new").replace(path)
    if not _watched:
        _watched.append(asyncio.get_running_loop())
        _beats.next()
        _beat()


def _beat() -> None:
    _stalls.write(_beats.next())
    _stalls.flush()
    faulthandler.dump_traceback_later(STALL_SECONDS, file=_stalls)
    _watched[0].call_later(BEAT_SECONDS, _beat)


signal.signal(signal.SIGUSR1, _show)
try:
    entrypoint()
finally:
    faulthandler.cancel_dump_traceback_later()
