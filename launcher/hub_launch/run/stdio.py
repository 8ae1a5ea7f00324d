"""MCP over a child's pipes, with bounds: what a child sends may be wrong, but not too much of it.

The transport that FastMCP's client uses for every local server. One child and one session are shared by all
requests; a child that ended is started anew by the next request.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

import anyio
import mcp_types
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastmcp.client.transports.base import ClientTransport, TransportOptions
from mcp import ClientSession
from mcp.shared.message import SessionMessage

from hub_launch.errors import HubError
from hub_launch.run.messages import read_message
from hub_launch.run.process import Child
from hub_launch.run.relay import Relay

# A result may carry a picture or a file; nothing an assistant can use is longer.
MAX_LINE_BYTES = 16 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024

_log = logging.getLogger(__name__)


class Readable(Protocol):
    """Something bytes come from, such as asyncio.StreamReader."""

    async def read(self, size: int, /) -> bytes:
        """Some bytes, about that many; empty at the end."""
        ...


async def read_lines(stream: Readable, limit: int = MAX_LINE_BYTES) -> AsyncIterator[bytes | None]:
    """The stream's lines without their newline; None in the place of one longer than `limit`.

    Linear in what is read, and never holds more than `limit` bytes and a chunk. An unfinished last line is dropped:
    its writer died in the middle of it.
    """
    parts: list[bytes] = []
    size = 0
    while chunk := await stream.read(_CHUNK_BYTES):
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            yield b"".join((*parts, end)) if size + len(end) <= limit else None
            parts, size = [], 0
        size += len(rest)
        if size <= limit:
            parts.append(rest)
        else:
            # From here on only the length is counted, to find where the line ends.
            parts.clear()


class ChildEvents(Protocol):
    """Whoever decides when a child may be started, and wants to know what becomes of it."""

    def may_start(self) -> None:
        """Raise HubError if a child that ended must not be started again yet."""
        ...

    def child_connected(self) -> None:
        """A child was started and its session is open."""
        ...

    def child_ended(self, child: Child) -> None:
        """A child ended without having been asked to."""
        ...


class ChildTransport(ClientTransport):
    """Starts a child when a session is wanted and none is alive; keeps both until closed."""

    def __init__(self, spawn: Callable[[], Awaitable[Child]], events: ChildEvents) -> None:
        """Make a transport that has no child yet; `spawn` starts one."""
        self._spawn = spawn
        self._events = events
        self._connecting = asyncio.Lock()
        self._owner: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[ClientSession] | None = None
        self._session: ClientSession | None = None
        self._stop = asyncio.Event()
        self.child: Child | None = None
        """The latest child, alive or dead."""
        self.relay: Relay | None = None
        """For requests as bytes, once the handshake is over; None when there is no child to take them."""
        self.skipped = 0
        """Lines from the child that were no JSON-RPC messages, or too long."""

    @contextlib.asynccontextmanager
    async def connect_session(
        self, *, transport_options: TransportOptions | None = None, **session_kwargs: Any
    ) -> AsyncIterator[ClientSession]:
        """The shared session; see ClientTransport. Raises HubError when the child cannot be started."""
        async with self._connecting:
            session = self._session or await self._connect(transport_options or TransportOptions(), session_kwargs)
        yield session

    async def close(self) -> None:
        """Nothing: FastMCP's client closes its transport when a request is cancelled, and the child is everybody's."""

    async def stop(self) -> None:
        """End the child for good, and wait until it and its own children are gone."""
        self._stop.set()
        if self._owner:
            await asyncio.wait([self._owner])

    async def ended(self, seconds: float) -> bool:
        """Whether the child is gone and cleared away, or will be within that time."""
        if self._owner:
            await asyncio.wait([self._owner], timeout=seconds)
        return self._owner is None or self._owner.done()

    async def _connect(self, options: TransportOptions, session_kwargs: dict[str, Any]) -> ClientSession:
        ready = self._ready
        if ready is None or ready.done():
            if self._owner:
                await asyncio.wait([self._owner])
            if self._stop.is_set():
                raise HubError("the server was stopped")
            ready = self._ready = asyncio.get_running_loop().create_future()
            self._owner = asyncio.create_task(self._own(ready, options, session_kwargs))
        # A request that is cancelled while the child starts must not end the child for the others.
        return await asyncio.shield(ready)

    async def _own(
        self,
        ready: "asyncio.Future[ClientSession]",
        options: TransportOptions,
        session_kwargs: dict[str, Any],
    ) -> None:
        """Start, serve and end one child. A task of its own: its session must be left in the task that entered it."""
        try:
            self._events.may_start()
            child = self.child = await self._spawn()
        except BaseException as error:
            _reject(ready, error)
            return
        ended = asyncio.create_task(child.wait())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await self._serve(child, ready, options, session_kwargs, (ended, stopping))
        except Exception as error:
            _log.exception("the connection to a server broke")
            _reject(ready, error)
        finally:
            self._session = self.relay = None
            asked = self._stop.is_set()
            await child.close()
            ended.cancel()
            stopping.cancel()
            if not asked:
                self._events.child_ended(child)

    async def _serve(
        self,
        child: Child,
        ready: "asyncio.Future[ClientSession]",
        options: TransportOptions,
        session_kwargs: dict[str, Any],
        until: tuple[asyncio.Task[Any], ...],
    ) -> None:
        incoming_send, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        outgoing, outgoing_receive = anyio.create_memory_object_stream[SessionMessage](0)
        relay = Relay(child.stdin)
        pumps = [
            asyncio.create_task(self._pump_in(child, incoming_send, relay)),
            asyncio.create_task(self._pump_out(child, outgoing_receive, incoming_send, relay)),
        ]
        try:
            async with options.session_class(incoming, outgoing, **session_kwargs) as session:
                self._session = session
                ready.set_result(session)
                self._events.child_connected()
                await asyncio.wait([*until, *pumps], return_when=asyncio.FIRST_COMPLETED)
                # At once, and not when everything is cleared away: the next request must not be given this session.
                self._session = self.relay = None
                relay.fail()
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.wait(pumps)
            for stream in (incoming_send, incoming, outgoing, outgoing_receive):
                stream.close()

    async def _pump_in(
        self, child: Child, messages: "MemoryObjectSendStream[SessionMessage | Exception]", relay: Relay
    ) -> None:
        with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            async with messages:
                async for line in read_lines(child.stdout):
                    message = read_message(line)
                    if message and relay.take(message):
                        continue
                    parsed = parse_message(line) if message else None
                    if parsed is None:
                        self.skipped += 1
                    else:
                        await messages.send(SessionMessage(parsed))

    async def _pump_out(
        self,
        child: Child,
        messages: "MemoryObjectReceiveStream[SessionMessage]",
        incoming: "MemoryObjectSendStream[SessionMessage | Exception]",
        relay: Relay,
    ) -> None:
        with contextlib.suppress(anyio.ClosedResourceError):
            async for item in messages:
                line = item.message.model_dump_json(by_alias=True, exclude_unset=True)
                try:
                    child.stdin.write(line.encode() + b"\n")
                    if _ends_handshake(item.message):
                        self.relay = relay
                    # A child that does not read must hold up its own callers only, not fill our memory.
                    await child.stdin.drain()
                except OSError:
                    # Nobody will answer any more; closing this end tells every waiting request so.
                    incoming.close()
                    return


def _ends_handshake(message: mcp_types.JSONRPCMessage) -> bool:
    """Whether other requests may follow: the older protocol says so, and the newer has no handshake after a probe."""
    if isinstance(message, mcp_types.JSONRPCNotification):
        return message.method == "notifications/initialized"
    return isinstance(message, mcp_types.JSONRPCRequest) and message.method not in ("initialize", "server/discover")


def parse_message(line: bytes | None) -> mcp_types.JSONRPCMessage | None:
    """The JSON-RPC message in a line, or None: banners, logs and broken bytes are passed over."""
    if line is None:
        return None
    try:
        return mcp_types.jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValueError:
        return None


def _reject(ready: "asyncio.Future[ClientSession]", error: BaseException) -> None:
    if not ready.done():
        ready.set_exception(error)
