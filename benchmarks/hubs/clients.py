"""MCP clients that do no more than the wire needs: one per transport, all with the same three methods.

Results stay bytes. The same clients ask every hub, and the servers directly.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import msgspec
from msgspec import UNSET, Raw, UnsetType

from hubs.http1 import Broken, Headers, Pool, Response

LEGACY, MODERN = "2025-11-25", "2026-07-28"
INFO = {"name": "benchmark", "version": "1"}
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": INFO,
    "io.modelcontextprotocol/clientCapabilities": {},
}
# A line or an event may carry a picture.
MAX_LINE_BYTES = 64 * 1024 * 1024
_CLOSE_SECONDS = 3.0


class Message(msgspec.Struct):
    """A JSON-RPC message of a server."""

    id: int | str | UnsetType | None = UNSET
    method: str | UnsetType = UNSET
    params: Raw | UnsetType = UNSET
    result: Raw | UnsetType = UNSET
    error: Raw | UnsetType = UNSET

    def answers(self, number: int) -> bool:
        """Whether it is the answer to the request of that number."""
        return self.id == number and self.method is UNSET


class Refused(Exception):
    """The answer is an error, or none at all; its text is what was said."""


class Client(Protocol):
    """A connection to a hub or a server."""

    async def open(self) -> None:
        """Connect, and shake hands where the protocol wants that. Raises Broken, OSError or Refused."""
        ...

    async def request(self, method: str, params: Mapping[str, Any]) -> Raw:
        """The result. Raises Broken, OSError or Refused."""
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...


_message = msgspec.json.Decoder(Message)
encode = msgspec.json.Encoder().encode
_HELLO = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": INFO}
_INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@dataclass(slots=True)
class Exchange:
    """One request over HTTP, and all that came back."""

    number: int
    response: Response

    def messages(self) -> list[Message]:
        """The messages of the response, in their order: none where it is no JSON-RPC."""
        if self.response.kind == b"text/event-stream":
            return [_message.decode(data) for data in events(bytes(self.response.body))]
        if self.response.kind == b"application/json" and self.response.body:
            return [_message.decode(self.response.body)]
        return []

    def answers(self) -> list[Message]:
        """Those of them that answer the request."""
        return [one for one in self.messages() if one.answers(self.number)]


class HttpClient:
    """Streamable HTTP, as a client of protocol 2025-11-25 (with a session) or 2026-07-28 (without)."""

    def __init__(self, url: str, *, modern: bool = False, more: Headers | None = None) -> None:
        """more: headers of every request, such as a token."""
        self.modern = modern
        self.number = 0
        self._more = more or []
        self._pool = Pool(url)
        self._path = self._pool.path
        self._session = b""

    @property
    def session(self) -> str:
        """The id of its session; empty without one."""
        return self._session.decode()

    async def open(self) -> None:
        """See Client."""
        if self.modern:
            return
        exchange = await self.exchange("initialize", _HELLO)
        _result(exchange)
        self._session = exchange.response.headers.get(b"mcp-session-id", b"")
        await self.notify(_INITIALIZED)

    async def request(self, method: str, params: Mapping[str, Any]) -> Raw:
        """See Client."""
        return _result(await self.exchange(method, params))

    async def exchange(self, method: str, params: Mapping[str, Any], number: int | None = None) -> Exchange:
        """Send a request and collect what comes back. Raises Broken or OSError."""
        if number is None:
            self.number += 1
            number = self.number
        if self.modern:
            params = {**params, "_meta": {**META, **params.get("_meta", {})}}
        body = encode({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return Exchange(number, await self._post(self._headers(method, params), body))

    async def notify(self, notification: Mapping[str, Any]) -> None:
        """Send a notification. Raises Broken or OSError."""
        await self._post(self._headers("", {}), encode(notification))

    async def close(self) -> None:
        """See Client."""
        self._pool.close()

    async def _post(self, headers: Headers, body: bytes) -> Response:
        response = await self._pool.post(self._path, headers, body)
        if response.status in (307, 308):
            # Once and for all: some hubs want a slash at the end.
            self._path = urlsplit(urljoin(self._path, response.headers[b"location"].decode())).path
            response = await self._pool.post(self._path, headers, body)
        return response

    def _headers(self, method: str, params: Mapping[str, Any]) -> Headers:
        headers = [(b"content-type", b"application/json"), (b"accept", b"application/json, text/event-stream")]
        headers += self._more
        if self.modern:
            headers += [(b"mcp-protocol-version", MODERN.encode()), (b"mcp-method", method.encode())]
            headers += [(b"mcp-name", params["name"].encode())] if "name" in params else []
        elif method != "initialize":
            headers += [(b"mcp-protocol-version", LEGACY.encode())]
            headers += [(b"mcp-session-id", self._session)] if self._session else []
        return headers


def _result(exchange: Exchange) -> Raw:
    answers = exchange.answers()
    if len(answers) != 1:
        raise Refused(f"{exchange.response.status}: {bytes(exchange.response.body[:300])!r}")
    return result_of(answers[0])


def result_of(answer: Message) -> Raw:
    """The result in an answer. Raises Refused for an error."""
    if not isinstance(answer.result, Raw):
        raise Refused(bytes(answer.error if isinstance(answer.error, Raw) else b"no result").decode())
    return answer.result


def events(body: bytes) -> list[bytes]:
    """The data of a stream's events, those that have any."""
    whole = body.replace(b"\r\n", b"\n").split(b"\n\n")[:-1]
    return [data for event in whole if (data := _data(event))]


def _data(event: bytes) -> bytes:
    return b"\n".join(line[5:].strip() for line in event.split(b"\n") if line.startswith(b"data:"))


class _Conversation:
    """Requests and answers on one stream, matched by number."""

    def __init__(self) -> None:
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self._over: str | None = None

    async def request(self, method: str, params: Mapping[str, Any]) -> Raw:
        """See Client."""
        if self._over:
            raise Broken(self._over)
        self._number += 1
        number = self._number
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            await self._write(encode({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
            return result_of(await answer)
        finally:
            del self._waiting[number]

    async def _handshake(self) -> None:
        await self.request("initialize", _HELLO)
        await self._write(encode(_INITIALIZED))

    async def _write(self, message: bytes) -> None:
        raise NotImplementedError

    def _take(self, data: bytes) -> None:
        message = _message.decode(data)
        answer = self._waiting.get(message.id) if isinstance(message.id, int) else None
        if answer and message.method is UNSET and not answer.done():
            answer.set_result(message)

    def _end(self, why: str) -> None:
        self._over = why
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Broken(why))


class StdioClient(_Conversation):
    """A server started by the client itself and spoken to over its pipes: what there is without a hub."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        super().__init__()
        self._command = command
        self._env = env
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """See Client."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=dict(self._env),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=MAX_LINE_BYTES,
        )
        self._reading = asyncio.create_task(self._read(self._process.stdout))
        await self._handshake()

    async def close(self) -> None:
        """See Client."""
        if self._process is None or self._process.stdin is None or self._process.returncode is not None:
            return
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _CLOSE_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _write(self, message: bytes) -> None:
        assert self._process  # noqa: S101 (opened before it is used)
        assert self._process.stdin  # noqa: S101 (started with pipes)
        self._process.stdin.write(message + b"\n")
        await self._process.stdin.drain()

    async def _read(self, stdout: asyncio.StreamReader | None) -> None:
        assert stdout  # noqa: S101 (started with pipes)
        async for line in stdout:
            with contextlib.suppress(msgspec.DecodeError):
                self._take(line)
        self._end("the server ended")


class SseClient(_Conversation):
    """HTTP with server-sent events, of protocol 2024-11-05: answers come on a stream of their own."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._pool = Pool(url)
        self._rest = b""
        self._endpoint: asyncio.Future[str]

    async def open(self) -> None:
        """See Client."""
        self._endpoint = asyncio.get_running_loop().create_future()
        self._stream = await self._pool.stream(self._pool.path, self._read)
        await self._endpoint
        await self._handshake()

    async def close(self) -> None:
        """See Client."""
        self._stream.close()
        self._pool.close()

    async def _write(self, message: bytes) -> None:
        headers = [(b"content-type", b"application/json")]
        response = await self._pool.post(self._endpoint.result(), headers, message)
        if response.status >= 400:
            raise Refused(f"{response.status}: {bytes(response.body[:300])!r}")

    def _read(self, piece: bytes) -> None:
        *whole, self._rest = (self._rest + piece.replace(b"\r\n", b"\n")).split(b"\n\n")
        for event in whole:
            if b"event: endpoint" in event:
                address = urlsplit(_data(event).decode())
                self._endpoint.set_result(f"{address.path}?{address.query}" if address.query else address.path)
            elif data := _data(event):
                self._take(data)
