"""Being told to stop."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def stop_on_signals(stop: Callable[[], object]) -> Iterator[None]:
    """Have SIGINT and SIGTERM call `stop` in the running event loop instead of raising."""
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        # No signal handlers in Windows' event loops: Ctrl-C raises KeyboardInterrupt there.
        yield
        return
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
