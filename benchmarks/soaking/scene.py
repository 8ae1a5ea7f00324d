"""What disturbances work with: the hub, what it is told, who calls it, and how to reach it in every manner."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from hubs.clients import HttpClient
from hubs.http1 import Headers, Pool, Response

from soaking.judge import Fault, judge
from soaking.killing import AWAY_SECONDS, Killer
from soaking.registry import Registry
from soaking.setting import Setting
from soaking.web import Web

JSON: Headers = [(b"content-type", b"application/json")]


@dataclass(slots=True)
class Scene:
    """One soak's parts."""

    port: int
    token: str
    pids: Path
    """Where each server that starts writes its process's number, to a file of its name."""
    doomed: str
    steady: tuple[str, ...]
    """Local servers that are there from start to end; each call of them must succeed unless they were killed."""
    killer: Killer
    setting: Setting
    registry: Registry
    web: Web
    short: bool
    orders: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by who tells the hub what to consist of, so that it is known what it must consist of."""
    held: list[asyncio.StreamWriter] = field(default_factory=list)
    """Connections that are kept open and not read."""
    numbers: int = 0

    @property
    def address(self) -> str:
        """Of the hub, without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def authorized(self) -> Headers:
        """The header that the hub asks for."""
        return [(b"authorization", b"Bearer " + self.token.encode())]

    def client(self, path: str = "/mcp", *, modern: bool = True) -> HttpClient:
        """A client of the hub, not open."""
        return HttpClient(f"{self.address}{path}", modern=modern, more=self.authorized)

    def number(self) -> int:
        """One that was not given before."""
        self.numbers += 1
        return self.numbers

    async def rest(self, method: str, path: str, body: Any = None, headers: Headers | None = None) -> Response:
        """What the REST API answers. Raises Broken or OSError."""
        pool = Pool(self.address)
        try:
            data = msgspec.json.encode(body) if body is not None else b""
            return await pool.request(method.encode(), path, [*JSON, *(headers or self.authorized)], data)
        finally:
            pool.close()

    @contextlib.asynccontextmanager
    async def raw(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A bare connection to the hub, closed without a goodbye."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    def head(self, path: str, length: int | None, *more: str, method: str = "POST", token: bool = True) -> bytes:
        """The beginning of a request, for `raw`. length: of the body that it promises; None: in chunks."""
        lines = [f"{method} {path} HTTP/1.1", "content-type: application/json"]
        lines += ["accept: application/json, text/event-stream"]
        lines += [] if any(one.startswith("host:") for one in more) else [f"host: 127.0.0.1:{self.port}"]
        lines += ["transfer-encoding: chunked" if length is None else f"content-length: {length}"]
        lines += [f"authorization: Bearer {self.token}"] if token else []
        return "\r\n".join([*lines, *more, "", ""]).encode()

    async def call(self, tool: str, text: str = "", *, path: str = "/mcp") -> str:
        """What a tool returns. Raises Fault with the error that it returns instead."""
        client = self.client(path)
        try:
            verdict = judge(await client.exchange("tools/call", {"name": tool, "arguments": {"text": text}}))
        finally:
            await client.close()
        if verdict.error is not None:
            raise Fault(f"a call of {tool}: {verdict.error}")
        return verdict.text or ""

    async def error_of(self, tool: str) -> str:
        """The error that a call of a tool must end with. Raises Fault for a result."""
        client = self.client()
        try:
            verdict = judge(await client.exchange("tools/call", {"name": tool, "arguments": {"text": ""}}))
        finally:
            await client.close()
        if verdict.error is None:
            raise Fault(f"{tool} must not be there, and answers {verdict.text!r}")
        return verdict.error

    async def ids(self) -> set[str]:
        """The servers that the hub has."""
        response = await self.rest("GET", "/v0/status")
        return {one["id"] for one in msgspec.json.decode(response.body)["servers"]}

    async def until_ids(self) -> None:
        """Wait until the hub has the servers that the configuration says. Raises Fault if it never does."""
        wanted = set(self.setting.servers)
        async with patience(f"the hub to consist of {sorted(wanted)}"):
            while await self.ids() != wanted:
                await asyncio.sleep(0.1)

    def calm(self) -> None:
        """Let go of all connections that were kept open."""
        for writer in self.held:
            writer.transport.abort()
        self.held.clear()


@contextlib.asynccontextmanager
async def patience(what: str, seconds: float = AWAY_SECONDS) -> AsyncIterator[None]:
    """Raise Fault if this takes longer than anything may."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise Fault(f"waited {seconds:.0f} s for {what}") from None


def require_status(response: Response, *statuses: int) -> None:
    """Raise Fault for another answer than one with these."""
    if response.status not in statuses:
        raise Fault(f"HTTP {response.status}, not {statuses}: {bytes(response.body[:300])!r}")


async def status_of(reader: asyncio.StreamReader) -> int:
    """The status of the answer that comes; 0 where the connection is closed without one."""
    try:
        line = await reader.readline()
    except ConnectionError:
        return 0
    words = line.split()
    return int(words[1]) if len(words) > 1 else 0
