"""MCP over streamable HTTP, with messages as bytes: a call costs one request on a connection that is kept.

Of both eras: sessions, their stream of notifications and their end (2025), and requests that stand alone (2026).
"""

import asyncio
import contextlib
import itertools
from collections.abc import Mapping
from http import HTTPStatus

import httpcore2
from msgspec import Raw

from hub_launch.plan import HttpLaunch
from hub_launch.run.answer import phrase
from hub_launch.run.asking import Asked
from hub_launch.run.background import Background
from hub_launch.run.envelope import is_modern, modern_headers, version_in
from hub_launch.run.exchange import POSTED, Authorization, Exchange, Headers
from hub_launch.run.http_session import HttpSession
from hub_launch.run.link import (
    INTERNAL_ERROR,
    LIMITS,
    Answerer,
    Limits,
    LinkGone,
    OnMessage,
    OnProgress,
    OnTold,
    problem,
)
from hub_launch.run.messages import (
    Message,
    fields_of,
    notification,
    raw,
    request,
    with_progress_token,
)
from hub_launch.run.reading import DOWN, Call, Reader

# A stream for as long as the caller wants.
_ENDLESS = frozenset({"subscriptions/listen"})


class HttpLink:
    """The connection to one remote server. Requests share its connections and its session."""

    def __init__(
        self,
        launch: HttpLaunch,
        on_message: OnMessage,
        *,
        pool: httpcore2.AsyncConnectionPool | None = None,
        authorization: Authorization | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        """Connect nothing yet. pool: connections to use, the right ones for the launch when absent.

        authorization: of a user who signed in, where the launch has no `Authorization` header of its own.
        """
        self._limits = limits
        self._exchange = Exchange(launch, pool, authorization, limits)
        self._background = Background()
        self._session = HttpSession(on_end=self._stop_listening)
        self._asked = Asked(self._post)
        self._on_message = on_message
        self._reader = Reader(self._exchange, self._session, self._heard, limits, self._background)
        self._numbers = itertools.count(1)
        self._listening: asyncio.Task[None] | None = None

    @property
    def protocol_version(self) -> str | None:
        """What the handshake agreed on; set by whoever made it, and named in every request from then on."""
        return self._session.version

    @protocol_version.setter
    def protocol_version(self, version: str | None) -> None:
        self._session.version = version

    @property
    def skipped(self) -> int:
        """Messages from the server that nobody could use: no JSON-RPC, or answers to what was not asked."""
        return self._reader.skipped

    async def request(
        self,
        method: str,
        params: Raw,
        on_progress: OnProgress | None = None,
        on_told: OnTold | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Message:
        """The server's response, or an error of ours where it has none to pass on. Raises LinkGone.

        A caller that stops waiting cancels the request at the server. With `on_progress`, the parameters' `_meta` gets
        a token of ours. headers: for this request alone, such as `Mcp-Param-*`.
        """
        number = next(self._numbers)
        if method == "initialize":
            self._session.end(self._session.id)
        if on_progress:
            params = with_progress_token(params, number)
        fields = fields_of(params) or {}
        version = version_in(fields) or (None if method == "initialize" else self.protocol_version)
        modern = is_modern(version)
        head = [*POSTED, *self._session.headers(version), *(modern_headers(method, fields) if modern else ())]
        head += [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        call = Call(number, method, modern, self._session.id, on_progress, on_told)
        return await self._within_limits(call, head, request(number, method, params))

    async def notify(self, method: str, params: Raw) -> None:
        """Send a notification. Raises LinkGone. After that which ends a handshake, the server's own are listened to."""
        await self._post(notification(method, params))
        if method == "notifications/initialized" and self._session.id and self._listening is None:
            self._listening = self._background.start(self._reader.listen(self._session.id))

    def answer_with(self, answerer: Answerer) -> None:
        """See Link."""
        self._asked.answer = answerer

    async def close(self) -> None:
        """End the session and all connections. What is under way ends with LinkGone."""
        session = self._session.id
        self._session.end(session)
        await self._asked.close()
        await self._background.close()
        if session:
            await self._say_goodbye(session)
        await self._exchange.close()

    def _heard(self, message: Message) -> None:
        if not self._asked.take(message):
            self._on_message(message)

    async def _within_limits(self, call: Call, head: Headers, body: bytes) -> Message:
        limit = None if call.method in _ENDLESS else self._limits.answer_seconds
        try:
            async with asyncio.timeout(limit):
                answer = await self._exchange.send("POST", self._exchange.url, head, body)
                return await self._reader.read(call, answer)
        except asyncio.CancelledError:
            self._give_up(call)
            raise
        except TimeoutError:
            self._give_up(call)
            return problem(call.number, INTERNAL_ERROR, f"the server did not answer within {limit:g} s")

    async def _post(self, body: bytes) -> None:
        session = self._session.id
        head = [*POSTED, *self._session.headers(self._session.version)]
        try:
            async with asyncio.timeout(self._limits.notice_seconds):
                answer = await self._exchange.send("POST", self._exchange.url, head, body)
                await answer.drain()
        except TimeoutError as late:
            raise self._exchange.gone(f"did not take a message within {self._limits.notice_seconds:g} s") from late
        if answer.status == HTTPStatus.NOT_FOUND and session:
            self._session.end(session)
            raise self._exchange.gone("does not know the session any more")
        if answer.status in DOWN:
            raise self._exchange.gone(f"is not there: its gateway answers {phrase(answer.status)}", "try again later")

    def _give_up(self, call: Call) -> None:
        # In the newer protocol the end of the connection says it; a handshake must not be cancelled.
        if not call.modern and call.method != "initialize":
            told = notification("notifications/cancelled", raw({"requestId": call.number}))
            self._background.start(self._tell(told))

    async def _tell(self, body: bytes) -> None:
        # One that is gone does nothing for us any more either.
        with contextlib.suppress(LinkGone):
            await self._post(body)

    def _stop_listening(self) -> None:
        if self._listening:
            self._listening.cancel()
            self._listening = None

    async def _say_goodbye(self, session: bytes) -> None:
        # Without a goodbye it ends by itself, sooner or later.
        with contextlib.suppress(LinkGone, TimeoutError):
            async with asyncio.timeout(self._limits.notice_seconds):
                answer = await self._exchange.send("DELETE", self._exchange.url, [(b"mcp-session-id", session)])
                await answer.close()
