"""FastMCP's client on top of a server's one connection, for what the fast path leaves to FastMCP.

The handshake is over before any client comes: each is answered with what the server said then.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import mcp_types
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastmcp.client.transports.base import ClientTransport, TransportOptions
from fastmcp.server.providers.proxy import ProxyClient
from mcp import ClientSession
from mcp.shared.message import SessionMessage
from msgspec import UNSET, Raw

from hub_launch.errors import HubError
from hub_launch.hub.outcome import Outcome, outcome_of
from hub_launch.run.backend import CALL_SECONDS, START_SECONDS, Backend
from hub_launch.run.eras import LEGACY
from hub_launch.run.link import LinkGone, OnProgress, Unreadable
from hub_launch.run.messages import Fields, Message, fields_of, object_of, raw
from hub_launch.run.observing import CANCELLED, Asked, Watch
from hub_launch.run.server import Server

Incoming = MemoryObjectSendStream[SessionMessage | Exception]
Outgoing = MemoryObjectReceiveStream[SessionMessage]

_log = logging.getLogger(__name__)


def proxy_client(server: Server, transport: "LinkTransport") -> "ProxyClient[ClientTransport]":
    """A client for one request.

    Its callbacks to the hub's own clients are off: with a child shared by all, one client would be asked for
    another's roots or samples. Progress is told per call and stays on.
    """
    return ProxyClient(
        transport,
        mode=(server.backend.era if server.backend else None) or "auto",
        init_timeout=START_SECONDS,
        timeout=CALL_SECONDS,
        # The hub's own credentials are none of a backend's business.
        forward_incoming_headers=False,
        roots=None,
        sampling_handler=None,
        elicitation_handler=None,
        log_handler=None,
    )


class LinkTransport(ClientTransport):
    """One session for all clients of a server, whatever becomes of its children meanwhile."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connecting = asyncio.Lock()
        self._session: ClientSession | None = None
        self._owner: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def connect_session(
        self, *, transport_options: TransportOptions | None = None, **session_kwargs: Any
    ) -> AsyncIterator[ClientSession]:
        """See ClientTransport. Raises HubError or LinkGone when the server cannot be reached."""
        await _backend(self._server).reach()
        async with self._connecting:
            if self._session is None:
                self._session = await self._open(transport_options or TransportOptions(), session_kwargs)
        yield self._session

    async def close(self) -> None:
        """Nothing: FastMCP's client closes its transport when a request is cancelled, and the link is everybody's."""

    async def _open(self, options: TransportOptions, session_kwargs: dict[str, Any]) -> ClientSession:
        ready: asyncio.Future[ClientSession] = asyncio.get_running_loop().create_future()
        # A task of its own: a session must be left in the task that entered it.
        self._owner = asyncio.create_task(self._own(ready, options, session_kwargs))
        return await asyncio.shield(ready)

    async def _own(
        self,
        ready: "asyncio.Future[ClientSession]",
        options: TransportOptions,
        session_kwargs: dict[str, Any],
    ) -> None:
        send, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        outgoing, receive = anyio.create_memory_object_stream[SessionMessage](0)
        bridge = _Bridge(self._server, send)
        pump = asyncio.create_task(bridge.run(receive))
        try:
            async with options.session_class(incoming, outgoing, **session_kwargs) as session:
                ready.set_result(session)
                await self._server.wait_closed()
        except Exception as error:
            _log.exception("a session with %s broke", self._server.status.id)
            if not ready.done():
                ready.set_exception(error)
        finally:
            self._session = None
            pump.cancel()
            await bridge.close()
            await asyncio.wait({pump})
            for stream in (send, incoming, outgoing, receive):
                stream.close()


class _Bridge:
    """Passes a session's messages on to a link, and the answers back."""

    def __init__(self, server: Server, incoming: Incoming) -> None:
        self._server = server
        self._incoming = incoming
        self._requests: dict[int | str, asyncio.Task[None]] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self, outgoing: Outgoing) -> None:
        """Until the session ends."""
        async for item in outgoing:
            message = item.message
            if isinstance(message, mcp_types.JSONRPCRequest):
                task = asyncio.create_task(self._answer(message))
                self._requests[message.id] = task
                task.add_done_callback(partial(self._answered, message.id))
            elif isinstance(message, mcp_types.JSONRPCNotification):
                await self._notify(message)

    def _answered(self, number: int | str, _: "asyncio.Task[None]") -> None:
        self._requests.pop(number, None)

    async def close(self) -> None:
        """Give up what is not answered yet."""
        tasks = {*self._requests.values(), *self._sending}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _answer(self, request: mcp_types.JSONRPCRequest) -> None:
        try:
            answer = _greeted(_backend(self._server), request.method) or await self._asked(request)
        except (LinkGone, HubError) as error:
            answer = _problem(mcp_types.CONNECTION_CLOSED, str(error))
        except Unreadable as error:
            answer = _problem(
                mcp_types.INTERNAL_ERROR, f"server '{self._server.status.id}' sent an answer that {error}"
            )
        await self._send(_as_response(request.id, answer))

    async def _asked(self, request: mcp_types.JSONRPCRequest) -> Message:
        params = request.params or {}
        token = (params.get("_meta") or {}).get("progressToken")
        on_progress = self._progress(token) if token is not None else None
        with self._server.in_use() as instance:
            backend = instance.backend if instance else _backend(self._server)
            ask = partial(backend.request, on_progress=on_progress)
            return await _watched(self._server, ask, request.method, fields_of(raw(params)) or {})

    def _progress(self, token: int | str) -> OnProgress:
        def tell(params: Raw) -> None:
            told = {**(object_of(params) or {}), "progressToken": token}
            note = mcp_types.JSONRPCNotification(jsonrpc="2.0", method="notifications/progress", params=told)
            task = asyncio.create_task(self._send(note))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

        return tell

    async def _notify(self, note: mcp_types.JSONRPCNotification) -> None:
        if note.method == "notifications/initialized":
            return
        if note.method == "notifications/cancelled":
            task = self._requests.get((note.params or {}).get("requestId", ""))
            if task:
                task.cancel()
            return
        if link := _backend(self._server).link:
            with contextlib.suppress(LinkGone):
                await link.notify(note.method, raw(note.params or {}))

    async def _send(self, message: mcp_types.JSONRPCMessage) -> None:
        with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            await self._incoming.send(SessionMessage(message))


async def _watched(
    server: Server, ask: Callable[[str, Fields], Awaitable[Message]], method: str, params: Fields
) -> Message:
    """The server's response, of which the hub's observers hear."""
    if not server.observers:
        return await ask(method, params)
    watch, outcome = Watch(server.observers, Asked(server.status.id, method, params, None)), CANCELLED
    try:
        message = await ask(method, watch.params)
        outcome = outcome_of(message).name.lower()
    except (LinkGone, HubError):
        outcome = Outcome.DOWN.name.lower()
        raise
    finally:
        watch.over(outcome)
    return message


def _backend(server: Server) -> Backend:
    """The connection that the server has now. Raises HubError for one that has none."""
    if server.backend is None:
        raise HubError(server.status.sentence())
    return server.backend


def _greeted(backend: Backend, method: str) -> Message | None:
    """The answer to a handshake; None for any other method."""
    greeting = backend.greeting
    if greeting is None or method not in ("initialize", "server/discover"):
        return None
    if (method == "initialize") != (greeting.era == LEGACY):
        return _problem(mcp_types.METHOD_NOT_FOUND, "of another version of the protocol")
    return Message("2.0", result=greeting.result)


def _problem(code: int, text: str) -> Message:
    return Message("2.0", error=raw({"code": code, "message": text}))


def _as_response(number: int | str, message: Message) -> mcp_types.JSONRPCMessage:
    if message.error is not UNSET:
        error = mcp_types.ErrorData.model_validate(object_of(message.error) or {"code": -32603, "message": "no object"})
        return mcp_types.JSONRPCError(jsonrpc="2.0", id=number, error=error)
    if message.result is UNSET or fields_of(message.result) is None:
        error = mcp_types.ErrorData(code=mcp_types.INTERNAL_ERROR, message="the server's result is no object")
        return mcp_types.JSONRPCError(jsonrpc="2.0", id=number, error=error)
    return mcp_types.JSONRPCResponse(jsonrpc="2.0", id=number, result=json.loads(bytes(message.result)))
