"""Where the browser comes back to after the user signed in: a page on this machine, for one visit."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

# People look for passwords and telephones.
PATIENCE_SECONDS = 300
_MAX_REQUEST_BYTES = 16 * 1024
_REQUEST_SECONDS = 10
PATH = "/callback"

_PAGE = (
    '<!doctype html><meta charset="utf-8"><title>mcp-hub</title><p>{text}<p>You can close this page and go back to the '
    "terminal."
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What the browser brought: the parameters of its address."""

    parameters: dict[str, str]


class Callback:
    """Waits for the browser on a free port of loopback."""

    def __init__(self) -> None:
        self.url = ""
        self._visit: asyncio.Future[Visit] = asyncio.get_running_loop().create_future()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Callback"]:
        """Listen for as long as the block lasts."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=_MAX_REQUEST_BYTES)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{PATH}"
        try:
            yield self
        finally:
            server.close()

    async def visit(self) -> Visit:
        """The browser's visit. Raises TimeoutError when it does not come."""
        return await asyncio.wait_for(self._visit, PATIENCE_SECONDS)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(
            OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
        ):
            async with asyncio.timeout(_REQUEST_SECONDS):
                request = await reader.readuntil(b"\r\n\r\n")
            writer.write(self._answer(request))
            await writer.drain()
        writer.close()

    def _answer(self, request: bytes) -> bytes:
        method, target, _ = request.split(b"\r\n", 1)[0].decode("ascii").split(" ")
        parts = urlsplit(target)
        parameters = dict(parse_qsl(parts.query))
        if method != "GET" or parts.path != PATH or not parameters.keys() & {"code", "error"}:
            return _page("404 Not Found", "There is nothing here.")
        if not self._visit.done():
            self._visit.set_result(Visit(parameters))
        return _page("200 OK", "You are signed in." if "code" in parameters else "You are not signed in.")


def _page(status: str, text: str) -> bytes:
    body = _PAGE.format(text=text).encode()
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {len(body)}\r\n"
        "content-security-policy: default-src 'none'\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
