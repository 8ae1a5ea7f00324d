"""The hub's addresses of MCP: whatever is posted, in whichever words, is answered, and in the protocol's form."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote

from tests.fuzz.pieces import folder

from hub_launch.hub.app import build_app
from hub_launch.plan import StdioLaunch
from hub_launch.run.backend import Backend
from hub_launch.run.means import Means
from hub_launch.run.supervisor import Supervisor

MODERN = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": {"name": "fuzz", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "fuzz", "version": "1"}}
USUAL = {b"host": b"127.0.0.1", b"accept": b"application/json, text/event-stream", b"content-type": b"application/json"}
# Stands for the name of the session that is opened before.
SESSION = b"SESSION"
# A hang guard; an answer takes milliseconds.
SECONDS = 15
# A stream that has said nothing for so long may have no end: the client hangs up.
QUIET_SECONDS = 0.05
MAX_REQUESTS = 4
_NO_TOKEN = frozenset(b'"(),/:;<=>?@[\\]{} \t')


def asked(method: str, params: Any, *headers: str, number: Any = 1, path: str = "/mcp") -> bytes:
    """A request of an input: its first line, headers, an empty line, and the body. A NUL is between two requests."""
    body = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
    return "\n".join([f"POST {path}", *headers, "", body]).encode()


def modern(method: str, params: dict[str, Any], name: str = "", path: str = "/mcp") -> bytes:
    headers = [f"mcp-protocol-version: {MODERN}", f"mcp-method: {method}", *([f"mcp-name: {name}"] if name else [])]
    return asked(method, {**params, "_meta": META}, *headers, path=path)


LEGACY = "mcp-session-id: SESSION"
ONE = "/servers/one/mcp"
CALL = {"name": "one_echo", "arguments": {"text": "x"}}
SEEDS = [
    asked("initialize", HELLO),
    asked("tools/list", {}, LEGACY) + b"\0" + asked("tools/call", CALL, LEGACY, number="a"),
    asked("tools/call", CALL | {"name": "echo"}, LEGACY, path=ONE),
    asked("resources/read", {"uri": "a://b"}, LEGACY) + b"\0" + asked("prompts/get", {"name": "one_x"}, LEGACY),
    asked("ping", {}, LEGACY, number=1.5) + b"\0" + asked("completion/complete", {}, LEGACY, number=None),
    asked("logging/setLevel", {"level": "loud"}, LEGACY) + b"\0DELETE /mcp\nmcp-session-id: SESSION\n\n",
    modern("tools/call", CALL, "one_echo") + b"\0" + modern("tools/call", CALL, "another"),
    modern("server/discover", {}) + b"\0" + modern("tools/list", {"cursor": 7}, path=ONE),
    modern("subscriptions/listen", {"notifications": {"toolsListChanged": True}}),
    b"POST /mcp\n\n" + b"[" * 500,
    b"POST /mcp\n\n[]\0POST /mcp\n\nnull\0POST /mcp\n\n\xff\0PUT /mcp\n\n{}",
    b'POST /mcp\nmcp-session-id: SESSION\n\n{"jsonrpc":"2.0","id":1,"method":"\\ud800","params":{"name":"\\ud800"}}',
    b"POST /mcp\nmcp-session-id: SESSION\n\n"
    b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
    b'POST /mcp\nmcp-session-id: SESSION\n\n{"jsonrpc":"2.0","id":1,"result":{}}',
    b"GET /mcp\nmcp-session-id: SESSION\n\n\0GET /servers/%2e%2e/mcp\naccept: */*\n\n\0OPTIONS /mcp?a=%ff\n\n",
    b"POST /mcp\ncontent-type: text/plain\n\nx\0POST /mcp\nhost: evil.example\n\nx\0POST /mcp\norigin: null\n\nx",
]
WORDS = [
    *"tools/call tools/list prompts/get resources/read resources/subscribe initialize ping completion/complete".split(),
    *"server/discover subscriptions/listen logging/setLevel notifications/initialized progressToken tasks/get".split(),
    *'"jsonrpc":"2.0" "id": "method": "params": "result": "_meta": "arguments": "cursor": null 1e999 \\ud800'.split(),
    *"mcp-session-id: mcp-protocol-version: mcp-method: mcp-name: mcp-param- last-event-id: SESSION".split(),
    *"POST GET DELETE /mcp /servers/one/mcp one_echo =?base64?eA==?= 2026-07-28 2025-06-18 content-encoding:".split(),
]


def check(data: bytes) -> None:
    with listened() as wrong:
        asyncio.run(used(data, wrong))
    assert not wrong, wrong


@contextlib.contextmanager
def listened() -> Iterator[list[str]]:
    """What is logged as a defect while this lasts, and is shown to nobody."""
    found: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: found.append(record.getMessage()) if record.exc_info else None  # type: ignore[method-assign]
    logger = logging.getLogger()
    before = logger.handlers[:]
    logger.handlers[:] = [handler]
    try:
        yield found
    finally:
        logger.handlers[:] = before


async def used(data: bytes, wrong: list[str]) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(str(context)))
    async with asyncio.timeout(SECONDS), running() as app:
        hello = (
            b"POST /mcp\n\n" + json.dumps({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": HELLO}).encode()
        )
        session = dict((await Exchange(hello).done(app)).headers)[b"mcp-session-id"]
        for one in data.split(b"\0")[:MAX_REQUESTS]:
            exchange = Exchange(one.replace(SESSION, session))
            await exchange.done(app)
            exchange.check()


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Any]:
    """The hub's own application, with a server in this process."""
    launch = StdioLaunch("one", "One", "test", ("one",))
    means = Means(connect=partial(Backend, spawn=Child.spawn))
    app = build_app(Supervisor([launch], [], folder() / "logs", lambda status: None, means))
    async with app.router.lifespan_context(app):
        yield app


class Child:
    """A server that speaks as the bytes of a child do."""

    ended_because = ""
    exit_code: int | None = None

    def __init__(self) -> None:
        self.stdin, self.stdout = self, asyncio.StreamReader()
        self._ended = asyncio.Event()

    @classmethod
    async def spawn(cls, launch: Any, log: Any) -> "Child":
        return cls()

    def write(self, data: bytes) -> None:
        for line in data.splitlines():
            message = json.loads(line)
            if "id" in message and "method" in message:
                answer = {
                    "jsonrpc": "2.0",
                    "id": message["id"],
                    **_said(message["method"], message.get("params") or {}),
                }
                self.stdout.feed_data(json.dumps(answer).encode() + b"\n")

    async def drain(self) -> None:
        pass

    async def wait(self) -> int:
        await self._ended.wait()
        return 0

    async def close(self) -> None:
        self._ended.set()
        self.stdout.feed_eof()

    def memory(self) -> None:
        return None

    def last_words(self) -> str:
        return ""


def _said(method: str, params: dict[str, Any]) -> dict[str, Any]:
    if method == "initialize":
        about = {"capabilities": {"tools": {}}, "serverInfo": {"name": "one", "version": "1"}}
        return {"result": {"protocolVersion": params["protocolVersion"], **about}}
    if method == "tools/list":
        return {"result": {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]}}
    if method == "tools/call":
        return {"result": {"content": [{"type": "text", "text": json.dumps(params.get("arguments"))}]}}
    return {"error": {"code": -32601, "message": "Method not found"}}


class Exchange:
    """A request as a web server hands it on, and what was answered."""

    def __init__(self, text: bytes) -> None:
        head, _, self.request = text.partition(b"\n\n")
        first, *lines = head.split(b"\n")
        method, _, target = first.decode("ascii", "replace").partition(" ")
        self.method = method if method in ("GET", "DELETE", "PUT", "OPTIONS", "HEAD", "PATCH") else "POST"
        self.path, _, query = (target if target.isascii() and target.startswith("/") else "/mcp").partition("?")
        given = {key: value for key, value in map(_header, lines) if key}
        headers = [*(USUAL | given).items(), (b"content-length", b"%d" % len(self.request))]
        self.scope = {
            "type": "http", "method": self.method, "path": unquote(self.path), "raw_path": self.path.encode(),
            "query_string": query.encode(), "root_path": "", "scheme": "http", "http_version": "1.1",
            "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "headers": headers,
        }  # fmt: skip
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.answer = b""
        self.cut = self._whole = False
        self._gone, self._heard = asyncio.Event(), asyncio.Event()
        middle = len(self.request) // 2
        self._parts = [(self.request[:middle], True), (self.request[middle:], False)]

    async def done(self, app: Any) -> "Exchange":
        """The answer is over, or was a stream without an end from which the client went away."""
        task = asyncio.create_task(app(self.scope, self._receive, self._send))
        await asyncio.wait({task, streaming := asyncio.create_task(self._streams())}, return_when="FIRST_COMPLETED")
        if not task.done():
            self.cut = True
            self._gone.set()
        streaming.cancel()
        await task
        return self

    async def _streams(self) -> None:
        await self._heard.wait()
        await asyncio.sleep(QUIET_SECONDS)

    async def _receive(self) -> dict[str, Any]:
        if self._parts:
            body, more = self._parts.pop(0)
            return {"type": "http.request", "body": body, "more_body": more}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, event: Any) -> None:
        if event["type"] == "http.response.start":
            assert not self.status
            self.status, self.headers = event["status"], [*event["headers"]]
            if b"text/event-stream" in dict(self.headers).get(b"content-type", b""):
                self._heard.set()
        elif event["type"] == "http.response.body":
            assert self.status
            assert not self._whole
            self.answer += event.get("body", b"")
            self._whole = not event.get("more_body", False)

    def check(self) -> None:
        """Whether it is an answer as the protocol has them."""
        headers = dict(self.headers)
        assert self.status != 500, self.answer
        assert self.cut or self._whole
        assert b"Traceback" not in self.answer
        if not self.cut and b"content-length" in headers and self.method != "HEAD":
            assert int(headers[b"content-length"]) == len(self.answer)
        if self.method == "POST" and self.scope["path"] in ("/mcp", ONE):
            self._check_messages(headers.get(b"content-type", b""))

    def _check_messages(self, kind: bytes) -> None:
        if kind.startswith(b"text/event-stream"):
            lines = [line for line in self.answer.splitlines() if line.startswith(b"data: {")]
            messages = [json.loads(line.removeprefix(b"data: ")) for line in lines]
        else:
            messages = [json.loads(self.answer)] if self.status == 200 else []
        for message in messages:
            assert message["jsonrpc"] == "2.0"
            assert ("result" in message) + ("error" in message) + ("method" in message) == 1
        if messages and not self.cut:
            self._check_number(messages[-1])

    def _check_number(self, answer: Any) -> None:
        with contextlib.suppress(ValueError, RecursionError):
            request = json.loads(self.request)
            if "error" not in answer or answer["id"] is not None:
                assert answer["id"] == request["id"]


def _header(line: bytes) -> tuple[bytes, bytes]:
    """What a web server takes for a header; others it refuses by itself."""
    name, _, value = line.partition(b":")
    name, value = name.strip().lower(), bytes(byte for byte in value.strip() if byte >= 0x20 and byte != 0x7F)
    odd = any(byte <= 0x20 or byte >= 0x7F or byte in _NO_TOKEN for byte in name)
    return (b"", b"") if odd or name == b"content-length" else (name, value)
