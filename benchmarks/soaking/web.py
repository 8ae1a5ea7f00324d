"""Who answers on loopback, in a thread of its own: the registry's host, good or bad, and its remote servers."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import uvicorn
from hubs.running import free_port

from hub_build.sign.site import TIMESTAMP

Mode = Literal["good", "down", "forged", "broken", "silent"]
TEXT = {"type": "object", "properties": {"text": {"type": "string"}}}
TOOLS = [{"name": name, "inputSchema": TEXT} for name in ("echo", "version")]
# Longer than anybody waits for a registry.
SILENCE_SECONDS = 120.0
HEADERS = [(b"content-type", b"application/json")]


class Web:
    """An ASGI application: `/site/...`, and `/remote/<version>/mcp`."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self.port = free_port()
        self.mode: Mode = "good"
        """How the registry's host behaves."""
        self.forged = b""
        """The timestamp that it serves when it is forged."""
        self.asked = 0
        """Requests for the registry's files so far."""

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            return
        body = await _body(receive)
        area, _, rest = scope["path"].strip("/").partition("/")
        status, answer = await self._file(rest) if area == "site" else _remote(rest.partition("/")[0], body)
        await send({"type": "http.response.start", "status": status, "headers": HEADERS})
        await send({"type": "http.response.body", "body": answer})

    async def _file(self, path: str) -> tuple[int, bytes]:
        self.asked += 1
        if self.mode == "silent":
            await asyncio.sleep(SILENCE_SECONDS)
        if self.mode == "down":
            return 503, b""
        if self.mode == "forged" and path == TIMESTAMP:
            return 200, self.forged
        try:
            data = (self._site / path).read_bytes()
        except OSError:
            return 404, b""
        return 200, data[: len(data) // 2] if self.mode == "broken" and path == TIMESTAMP else data


@contextlib.contextmanager
def serving(web: Web) -> Iterator[None]:
    """Have it answer while this lasts."""
    server = uvicorn.Server(
        uvicorn.Config(web, host="127.0.0.1", port=web.port, log_level="error", access_log=False, lifespan="off")
    )
    # Signals are the soak's; uvicorn takes none outside the main thread.
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while thread.is_alive() and not server.started:
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


async def _body(receive: Any) -> bytes:
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            return body


def _remote(version: str, body: bytes) -> tuple[int, bytes]:
    """The answer of a remote server of the older protocol."""
    message = json.loads(body) if body else {}
    if "id" not in message or "method" not in message:
        return 202 if body else 405, b""
    result = _result(message["method"], message.get("params") or {}, version)
    said = {"result": result} if result is not None else {"error": {"code": -32601, "message": "Method not found"}}
    return 200, json.dumps({"jsonrpc": "2.0", "id": message["id"], **said}).encode()


def _result(method: str, params: Mapping[str, Any], version: str) -> dict[str, Any] | None:
    if method == "initialize":
        info = {"name": "remote", "version": version}
        return {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": info}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        text = version if params["name"] == "version" else params["arguments"]["text"]
        return {"content": [{"type": "text", "text": text}]}
    return {} if method == "ping" else None
