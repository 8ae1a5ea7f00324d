"""Listening for the user's commands, one JSON object a line: `{"do": "restart", "server": "time"}`."""

import asyncio
import contextlib
import json
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.control.places import NOT_HERE, listen, peer

Answer = Callable[[str, Mapping[str, Any]], Awaitable[Any]]
"""What is done for a command with parameters, and what there is to say. Raises HubError."""

# A command names a server and gives it parameters.
MAX_REQUEST_BYTES = 1024 * 1024
# One for each terminal of a user.
MAX_CONNECTIONS = 32

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def control(folder: Path, name: str, answer: Answer) -> AsyncIterator[Path]:
    """Answer commands while this lasts, at the socket that it gives. Raises HubError if there can be none."""
    if sys.platform == "win32":
        raise HubError(NOT_HERE)
    listener, path = listen(folder, name)
    desk = _Desk(answer)
    server = await asyncio.start_unix_server(desk.serve, sock=listener, limit=MAX_REQUEST_BYTES)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        server.close()
        await desk.close()


class _Desk:
    """The connections of one hub's user."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's commands until it ends, if it may give any."""
        task = asyncio.current_task()
        if task is None or self._closed or len(self._tasks) >= MAX_CONNECTIONS or not _may_command(writer):
            writer.close()
            return
        self._tasks.add(task)
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._answered(line)).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError, asyncio.CancelledError):
            # It left, said more than anybody has to say, or the hub ends: nobody but `close` cancels this.
            return
        finally:
            self._tasks.discard(task)
            writer.close()

    async def close(self) -> None:
        """Hang up."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _answered(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            what = request.pop("do")
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            return _failure(HubError("this is no command of the hub's", code=ExitCode.USAGE))
        try:
            return {"done": await self._answer(what, request)}
        except HubError as error:
            return _failure(error)
        except Exception as error:
            _log.exception("the command %r broke", what)
            return _failure(HubError(f"a defect of hub-launch: {type(error).__name__}", "see hub.log"))


def _may_command(writer: asyncio.StreamWriter) -> bool:
    """Whether the hub's own user asks. The folder keeps others out already, whose mode may be changed by mistake."""
    # By its number: uvloop's own sockets do not tell.
    if sys.platform == "win32":
        return False
    number = os.dup(writer.get_extra_info("socket").fileno())
    with socket.socket(fileno=number) as connection:
        return peer(connection) in (None, os.getuid(), 0)


def _failure(error: HubError) -> dict[str, Any]:
    return {"error": {"message": error.message, "hint": error.hint, "code": int(error.code)}}
