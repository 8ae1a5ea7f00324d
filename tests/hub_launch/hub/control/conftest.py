import asyncio
import contextlib

import pytest

from hub_launch.hub.control.client import Line
from hub_launch.hub.control.listener import control


@pytest.fixture
def folder(tmp_path):
    """Where hubs listen."""
    return tmp_path / "hubs"


@pytest.fixture
async def listening(folder):
    """Has a hub listen, under a name, with what answers its commands; returns the socket's path."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(answer=None, name="8080"):
            async def echo(what, parameters):
                return {"what": what, **parameters}

            return await stack.enter_async_context(control(folder, name, answer or echo))

        yield start


@pytest.fixture
def ask():
    """Asks in a thread, as another process would."""

    async def asking(path, what, **parameters):
        def say():
            with Line(path) as line:
                return line.ask(what, **parameters)

        return await asyncio.to_thread(say)

    return asking
