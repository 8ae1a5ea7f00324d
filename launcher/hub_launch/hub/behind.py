"""FastMCP behind the fast path of standard input and output, for the requests that this does not answer."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from hub_launch.hub.fastpipe import FastPipe
from hub_launch.hub.full import FRONT, Full
from hub_launch.run.messages import Message, raw

if TYPE_CHECKING:
    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
    from mcp.shared.message import SessionMessage

Write = Callable[[bytes], Coroutine[Any, Any, None]]

_log = logging.getLogger(__name__)

# Under it FastMCP is told again of the client's greeting, which was answered already.
_GREETING_ID = "hub-launch-greeting"
# For the last answers of a client that closed its end.
_END_SECONDS = 1.0


class Behind:
    """A FastMCP server on in-memory streams, begun by the first message for it."""

    def __init__(self, full: Full, write: Write, front: FastPipe | None) -> None:
        self._full = full
        self._write = write
        self._front = front
        self._send: MemoryObjectSendStream[SessionMessage | Exception] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def take(self, line: bytes, message: Message) -> None:
        """Have FastMCP deal with `message`, which stands in `line`."""
        if self._send is None:
            if not isinstance(message.id, int | str):
                # Of what it never heard of it need not be told that it is over.
                return
            await self._begin()
        await self._pass(line)

    async def close(self) -> None:
        """Let it end."""
        if self._send is None:
            return
        self._send.close()
        await asyncio.wait(self._tasks, timeout=_END_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    async def _begin(self) -> None:
        mcp = await self._full.mcp(FRONT)
        import anyio
        from mcp.shared.message import SessionMessage

        self._send, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        outgoing, receive = anyio.create_memory_object_stream[SessionMessage](0)
        self._tasks = [asyncio.create_task(_serve(mcp, incoming, outgoing)), asyncio.create_task(self._answer(receive))]
        hello = self._front.hello if self._front else None
        if hello:
            greeting = {"jsonrpc": "2.0", "id": _GREETING_ID, "method": "initialize", "params": hello.params}
            await self._pass(bytes(raw(greeting)))
            await self._pass(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')

    async def _pass(self, line: bytes) -> None:
        import anyio
        import mcp_types
        from mcp.shared.message import SessionMessage

        if self._send is None:
            return
        try:
            message = mcp_types.jsonrpc_message_adapter.validate_json(line, by_name=False)
        except ValueError as error:
            _log.warning("a message on standard input is not regular: %s", error)
            return
        with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            await self._send.send(SessionMessage(message))

    async def _answer(self, receive: "MemoryObjectReceiveStream[SessionMessage]") -> None:
        async with receive:
            async for item in receive:
                if getattr(item.message, "id", None) != _GREETING_ID:
                    line = item.message.model_dump_json(by_alias=True, exclude_unset=True)
                    await self._write(line.encode() + b"\n")


async def _serve(mcp: Any, incoming: Any, outgoing: Any) -> None:
    from fastmcp.server.context import reset_transport, set_transport

    token = set_transport("stdio")
    try:
        async with incoming, outgoing, mcp._lifespan_manager():
            server = mcp._mcp_server
            await server.run(incoming, outgoing, server.create_initialization_options())
    finally:
        reset_transport(token)
