"""What clients get that mean harm, from a real hub over real sockets.

Each docstring here is `case -> answer`; the page on access has all of them in a table.
"""

import ast
import asyncio
import contextlib
import json
import re
import resource
import ssl
from pathlib import Path

import pytest
import trustme

from hub_launch.hub import wire
from hub_launch.hub.limits import MAX_BODY_BYTES, MAX_CONNECTIONS

PAGE = Path(__file__).parents[2] / "site_src" / "docs" / "access.md"
PATIENCE_SECONDS = 30
TOKEN = "hub-token-0123456789abcdef"
ASKS = {"token": TOKEN}
# Every room of the hub, those that are not there yet or not for everybody, and those of a server behind it.
ROUTES = (
    "/ /docs /openapi.json /metrics /mcp /mcp/ /servers /servers/good /servers/good/mcp /servers/good/custom "
    "/servers/none/mcp /v0/events /v0/servers/good/logs /page/page.js "
    "/v0/servers /v0/servers/good /v0/search /v0/health /v0/version /v0/status /v0/publish "
    "/api/services /api/services/good/health /api/services/good/call /v0/ping/ /V0/PING /nowhere"
).split()
# Long enough for what is honest on a busy machine.
SHORT = {"HEAD_SECONDS": 1.0, "BODY_SECONDS": 1.0, "ANSWER_SECONDS": 1.0}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
MODERN = {
    "accept": "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


class Socket:
    """A connection on which anything can be said."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer

    async def say(self, data):
        self._writer.write(data)
        await self._writer.drain()

    async def status(self):
        """The status of the next answer, 0 if the connection is closed without one. Its body stays unread."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                head = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0
        return int(head.split()[1])

    async def closed(self):
        """Everything up to the end of the connection, which has to come."""
        data = b""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while part := await self._reader.read(65536):
                    data += part
        return data

    async def drip(self, data):
        """Say it byte by byte until nobody listens any more."""
        with contextlib.suppress(ConnectionError):
            for byte in data:
                if self._reader.at_eof():
                    return
                await self.say(bytes([byte]))
                await asyncio.sleep(0.02)

    def close(self):
        self._writer.transport.abort()


@pytest.fixture
async def connect():
    """Connects to a hub."""
    sockets = []

    async def to(hub, **options):
        port = int(hub.url.rpartition(":")[2])
        sockets.append(Socket(*await asyncio.open_connection("127.0.0.1", port, **options)))
        return sockets[-1]

    yield to
    for one in sockets:
        one.close()
    # Connections end in the loop's next rounds.
    await asyncio.sleep(0.01)


@pytest.fixture
def serve(hubs, lasting, tmp_path):
    """A hub with the good server; one of its own for a test that wants other servers or limits, too."""

    @contextlib.asynccontextmanager
    async def start(access=None, **more):
        if not more:
            async with lasting(**(access or {})) as hub:
                yield hub
            return
        async with hubs(tmp_path, good=["_good.py"], access=access, **more) as hub:
            await hub.ready("good")
            yield hub

    return start


async def get(hub, path="/v0/ping", method="GET", **more):
    """The status of a plain request."""
    return (await request(hub, path, method, **more)).status_code


async def request(hub, path="/mcp", method="POST", **more):
    return await hub._http.request(method, hub.url + path, timeout=PATIENCE_SECONDS, **more)


def call(name, **arguments):
    """The body and the headers of a call."""
    params = {"name": name, "arguments": arguments, "_meta": META}
    return {"json": CALL | {"params": params}, "headers": MODERN | {"mcp-name": name}}


def head(hub, *lines, method="POST", path="/mcp"):
    """A request's head as bytes."""
    host = hub.url.removeprefix("http://")
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode()


# Pages of other sites


@pytest.mark.parametrize("origin", ["null", "http://evil.example", "https://localhost", ""])
@pytest.mark.parametrize("path", ["/mcp", "/v0/ping", "/nowhere"])
async def test_foreign_origin(serve, origin, path):
    """a page of another site, or of none (`Origin: null`) -> 403"""
    async with serve() as hub:
        assert await get(hub, path, "POST", headers={"origin": origin}, json={}) == 403
        assert await get(hub, path, headers={"origin": origin}) == 403


async def test_origin_on_another_port(serve):
    """a page from another port of this machine -> 403"""
    async with serve() as hub:
        port = int(hub.url.rpartition(":")[2])
        for origin in (f"http://127.0.0.1:{port + 1}", f"http://localhost:{port}", "http://127.0.0.1"):
            assert await get(hub, headers={"origin": origin}) == 403
        assert await get(hub, headers={"origin": hub.url}) == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "169.254.169.254"])
async def test_foreign_host(serve, host):
    """a name that was made to lead here (DNS rebinding) -> 421"""
    async with serve() as hub:
        for path in ("/mcp", "/v0/ping", "/nowhere"):
            assert await get(hub, path, headers={"host": host}) == 421


async def test_no_host_or_two(serve, connect):
    """no Host header -> 421; two of them -> 400"""
    async with serve() as hub:
        for lines, status in ((b"", 421), (b"Host: 127.0.0.1\r\nHost: evil.example\r\n", 400)):
            one = await connect(hub)
            await one.say(b"GET /v0/ping HTTP/1.0\r\n" + lines + b"\r\n")
            assert await one.status() == status


async def test_forwarded_host(serve):
    """`X-Forwarded-*` and `Forwarded` headers -> ignored"""
    async with serve() as hub:
        lies = {"x-forwarded-host": "127.0.0.1", "forwarded": "host=127.0.0.1", "x-forwarded-for": "127.0.0.1"}
        assert await get(hub, headers=lies | {"host": "evil.example"}) == 421
        truth = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-forwarded-proto": "https"}
        assert await get(hub, headers=truth) == 200
        assert await get(hub, headers=truth | {"origin": hub.url}) == 200
        assert await get(hub, headers=truth | {"origin": hub.url.replace("http", "https")}) == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_unasked_content_types(serve, kind):
    """a call as plain text or as a form, which any page may send unasked (CSRF) -> 415"""
    async with serve() as hub:
        body = json.dumps(call("good_echo", say="x")["json"])
        for path in ("/mcp", "/servers/good/mcp", "/v0/publish", "/api/services/good/call"):
            assert await get(hub, path, "POST", content=body, headers=MODERN | {"content-type": kind}) == 415


async def test_no_content_type(serve):
    """a call that does not say what it is -> 400 or 415"""
    async with serve() as hub:
        body = json.dumps(call("good_echo", say="x")["json"])
        headers = {name: value for name, value in MODERN.items() if name != "content-type"}
        assert await get(hub, "/mcp", "POST", content=body, headers=headers) in (400, 415)


# Who they are


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer wrong-0123456789abcdef", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"],
)
async def test_no_token(serve, given):
    """no token, a wrong or an empty one, at every address but `/v0/ping` -> 401"""
    async with serve(ASKS) as hub:
        headers = {} if given is None else {"authorization": given}
        for path in ROUTES:
            for method in ("GET", "POST", "DELETE", "PUT", "OPTIONS"):
                answer = await request(hub, path, method, headers=headers)
                assert (path, method, answer.status_code) == (path, method, 401)
                assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert await get(hub, headers=headers) == 200


async def test_token_in_the_address(serve):
    """the token in the address, in a header of another name or in the body -> 401"""
    async with serve(ASKS) as hub:
        for query in (f"token={TOKEN}", f"access_token={TOKEN}", f"authorization=Bearer {TOKEN}"):
            assert await get(hub, f"/v0/servers?{query}") == 401
        for name in ("x-api-key", "x-token", "proxy-authorization", "mcp-session-id"):
            assert await get(hub, "/v0/servers", headers={name: TOKEN}) == 401
        assert await get(hub, "/mcp", "POST", json={"token": TOKEN}) == 401


async def test_the_right_token(serve):
    """the token -> what was asked for"""
    async with serve(ASKS) as hub:
        right = {"authorization": f"Bearer {TOKEN}"}
        asked = call("good_echo", say="hello")
        answer = await request(hub, json=asked["json"], headers=asked["headers"] | right)
        assert (answer.status_code, "hello" in answer.text) == (200, True)
        assert await get(hub, "/nowhere", headers=right) == 404


async def test_the_token_stays_at_the_door(serve, tmp_path):
    """what a server behind the hub learns of the token: by calls, its environment, the hub's files -> nothing"""
    notes = tmp_path / "notes.txt"
    limits = {"CALL_SECONDS": 1}
    async with serve(ASKS, notes=["_notes.py", str(notes)], limits=limits) as hub:
        await hub.ready("notes")
        right = {"authorization": f"Bearer {TOKEN}", "cookie": f"a={TOKEN}"}
        asked = call("notes_wait", say="hello")
        # By both ways through the hub.
        for more in ({}, {"mcp-param-x": "y"}):
            await request(hub, json=asked["json"], headers=asked["headers"] | right | more)
        assert "hello" in notes.read_text()
        written = {name: path.read_bytes() for name, path in hub.written().items()}
        assert [name for name, data in written.items() if TOKEN.encode() in data] == []


# What they ask for


PATHS = [
    "/servers/..%2f", "/servers/..%2fmcp", "/servers/%2e%2e/mcp", "/servers/good/..%2f..%2fmcp", "/servers/%00",
    "/servers/good%00/mcp", "/servers/%252e%252e/mcp", "/%252e", "/servers/good%2fmcp%00", "//mcp", "/./mcp", "/mcp/..",
    "/servers//mcp", "/servers/good/mcp/..%2f..%2fgood/mcp", "/MCP", "/servers/GOOD/mcp", "/%c0%af", "/mcp;x=y",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_odd_paths(serve, connect, path):
    """`/servers/..%2f`, `%00`, `%252e` and their like -> 404"""
    async with serve() as hub:
        for method in ("GET", "POST"):
            one = await connect(hub)
            await one.say(head(hub, "Content-Length: 0", method=method, path=path))
            assert await one.status() == 404


async def test_a_raw_command(serve, tmp_path):
    """a command to run, in the shape of any API that takes one -> not run"""
    marker = tmp_path / "ran"
    command = {"command": "touch", "args": [str(marker)], "argv": ["touch", str(marker)], "cmd": f"touch {marker}"}
    bodies = [
        command,
        {"mcpServers": {"evil": command}},
        {"id": "evil", "name": "evil", "packages": [command], "transport": command},
        CALL | {"params": {"name": "evil_run", "arguments": command, "_meta": META}},
        CALL | {"method": "servers/add", "params": command},
    ]
    async with serve() as hub:
        for path in ("/mcp", "/servers", "/servers/evil/mcp", "/v0/servers", "/v0/publish", "/api/services", "/"):
            for body in bodies:
                for method in ("POST", "PUT"):
                    status = await get(hub, path, method, json=body, headers=MODERN)
                    assert status >= 400 or path == "/mcp"
        assert not marker.exists()
        assert await hub.tools() == ["good_echo"]
        assert {one["id"] for one in hub.statuses()} == {"good"}


# How they ask


@pytest.mark.parametrize("path", ["/mcp", "/servers/good/mcp"])
@pytest.mark.parametrize("depth", [5_000, 200_000])
@pytest.mark.parametrize("place", ["body", "params", "arguments", "id"])
async def test_deep_json(serve, path, depth, place):
    """JSON that is nested 200,000 deep -> 400"""
    deep = "[" * depth + "]" * depth
    params = (
        f'{{"name": "good_echo", "arguments": {deep if place == "arguments" else "{}"}, "_meta": {json.dumps(META)}}}'
    )
    wholes = {
        "body": deep,
        "params": f'{{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {deep}}}',
        "arguments": f'{{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {params}}}',
        "id": f'{{"jsonrpc": "2.0", "id": {deep}, "method": "tools/call", "params": {{}}}}',
    }
    async with serve() as hub:
        headers = MODERN | {"mcp-name": "good_echo"}
        assert await get(hub, path, "POST", content=wholes[place], headers=headers) == 400
        assert await hub.good_answers("after") == ""


@pytest.mark.parametrize("depth", [5_000, 200_000])
async def test_deep_json_over_rest(serve, depth):
    """the same over REST -> 400 or 422"""
    deep = "[" * depth + "]" * depth
    async with serve() as hub:
        for body in (deep, f'{{"tool": "echo", "arguments": {deep}}}', f'{{"tool": {deep}, "arguments": {{}}}}'):
            headers = {"content-type": "application/json"}
            status = await get(hub, "/api/services/good/call", "POST", content=body, headers=headers)
            assert status in (400, 422)
        assert await hub.good_answers("after") == ""


SMUGGLED = {
    "both lengths": ["Content-Length: 4", "Transfer-Encoding: chunked"],
    "both, the other way round": ["Transfer-Encoding: chunked", "Content-Length: 4"],
    "two lengths": ["Content-Length: 0", "Content-Length: 4"],
    "a list of lengths": ["Content-Length: 0, 4"],
    "a signed length": ["Content-Length: +4"],
    "a negative length": ["Content-Length: -1"],
    "a length in another base": ["Content-Length: 0x4"],
    "a length with a space": ["Content-Length: 1 2"],
    "a space before the colon": ["Content-Length : 4"],
    "a folded line": ["X: y", " Content-Length: 4"],
    "another encoding": ["Transfer-Encoding: xchunked"],
    "chunked not last": ["Transfer-Encoding: chunked, identity"],
    "an encoding with a tab": ["Transfer-Encoding: \x0bchunked"],
    "a bare return": ["X: y\rContent-Length: 4"],
    "a NUL in a name": ["Content\0-Length: 4"],
    "a NUL in a value": ["X: y\0z"],
}


@pytest.mark.parametrize("lines", SMUGGLED.values(), ids=SMUGGLED)
async def test_smuggling(serve, connect, lines):
    """a request whose end two readers would find in different places (request smuggling) -> 400"""
    async with serve() as hub:
        one = await connect(hub)
        hidden = head(hub, method="GET", path="/v0/ping")
        await one.say(head(hub, *lines) + b"0\r\n\r\n" + hidden)
        answers = await one.closed()
        assert answers.startswith(b"HTTP/1.1 400 ")
        assert b'"pong"' not in answers


@pytest.mark.parametrize("size", ["zz", "-1", "1 2", "FFFFFFFFFFFFFFFFF", "0x1"])
async def test_broken_chunks(serve, connect, size):
    """a chunk whose length is none -> 400"""
    async with serve() as hub:
        one = await connect(hub)
        await one.say(head(hub, "Transfer-Encoding: chunked", "Content-Type: application/json"))
        await one.say(f"{size}\r\n{{}}\r\n0\r\n\r\n".encode() + head(hub, method="GET", path="/v0/ping"))
        answers = await one.closed()
        assert answers.startswith(b"HTTP/1.1 400 ")
        assert b'"pong"' not in answers


@pytest.mark.parametrize(
    "start", ["PRI * HTTP/2.0\r\n\r\nSM", "GET / HTTP/9.9", "\x16\x03\x01\x02", "GET  / HTTP/1.1 x"]
)
async def test_other_protocols(serve, connect, start):
    """something else than HTTP/1 -> 400"""
    async with serve() as hub:
        one = await connect(hub)
        await one.say(f"{start}\r\n\r\n".encode("latin-1"))
        assert (await one.closed()).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("upgrade", ["websocket", "h2c", "TLS/1.0"])
async def test_upgrades(serve, connect, upgrade):
    """a connection that wants to become another (WebSocket, HTTP/2) -> stays HTTP/1"""
    async with serve(ASKS) as hub:
        one = await connect(hub)
        lines = ["Connection: Upgrade", f"Upgrade: {upgrade}", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                 "Sec-WebSocket-Version: 13"]  # fmt: skip
        await one.say(head(hub, *lines, method="GET"))
        assert await one.status() == 401


# How much they ask


@pytest.mark.parametrize("path", ["/mcp", "/servers/good/mcp", "/v0/publish", "/api/services/good/call", "/v0/ping"])
async def test_a_large_body(serve, connect, path):
    """a body of 300 MB, at any address -> 413, unread"""
    async with serve() as hub:
        one = await connect(hub)
        await one.say(head(hub, f"Content-Length: {300 * 1024 * 1024}", "Content-Type: application/json", path=path))
        assert await one.status() == 413
        assert await hub.good_answers("meanwhile") == ""


@pytest.mark.parametrize("path", ["/mcp", "/nowhere", "/v0/publish", "/api/services/good/call"])
async def test_an_endless_body(serve, connect, path):
    """a body that does not say its length and does not end -> 413, or cut off; the hub's memory stays small"""
    async with serve() as hub:
        one = await connect(hub)
        await one.say(head(hub, "Transfer-Encoding: chunked", "Content-Type: application/json", path=path))
        hub.forget_peak()
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        with contextlib.suppress(ConnectionError):
            for _ in range(300):
                await one.say(chunk)
        assert await one.status() in (0, 403, 404, 413)
        assert hub.grown() < 8 * MAX_BODY_BYTES
        assert await hub.good_answers("after") == ""


@pytest.mark.parametrize(
    "lines",
    [[f"X-{number}: y" for number in range(wire.MAX_HEADERS + 1)], [f"X: {'y' * (wire.MAX_HEAD_BYTES + 1)}"]],
    ids=["many", "long"],
)
async def test_large_headers(serve, connect, lines):
    """more than 100 headers, or 64 KB of them -> 431"""
    async with serve() as hub:
        one = await connect(hub)
        await one.say(head(hub, *lines, method="GET", path="/v0/ping"))
        assert await one.status() == 431


@pytest.mark.parametrize("start", ["X: ", "/"], ids=["header", "address"])
async def test_an_endless_header(serve, connect, start):
    """a header or an address that does not end -> 431; the hub's memory stays small"""
    async with serve() as hub:
        one = await connect(hub)
        hub.forget_peak()
        await one.say((b"GET / HTTP/1.1\r\nX: " if start == "X: " else b"GET /") + b"y" * 1000)
        with contextlib.suppress(ConnectionError):
            for _ in range(200):
                await one.say(b"y" * 100_000)
        assert b" 431 " in (await one.closed() or b" 431 ")
        assert hub.grown() < MAX_BODY_BYTES


@pytest.mark.parametrize("what", ["trailers", "a trailer", "an extension"])
async def test_endless_words_about_a_body(serve, connect, what):
    """endless words between a body's parts or behind it -> 431; the hub's memory stays small"""
    async with serve() as hub:
        one = await connect(hub)
        hub.forget_peak()
        begin = b"1;x=" if what == "an extension" else b"1\r\n{\r\n0\r\n" + (b"X: " if what == "a trailer" else b"")
        await one.say(head(hub, "Transfer-Encoding: chunked", "Content-Type: application/json") + begin)
        part = b"X-Y: z\r\n" * 10_000 if what == "trailers" else b"y" * 80_000
        with contextlib.suppress(ConnectionError):
            for _ in range(200):
                await one.say(part)
        await one.closed()
        assert hub.grown() < MAX_BODY_BYTES
        assert await hub.good_answers("after") == ""


async def test_three_thousand_connections(serve, connect):
    """3,000 connections at once -> 503 for those beyond 2,000; those within go on; all is well when they leave"""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4096:
        pytest.skip("this machine does not allow a process so many open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
    try:
        async with serve() as hub:
            first = await connect(hub)
            await first.say(head(hub, method="GET", path="/v0/ping"))
            assert await first.status() == 200
            crowd = []
            for _ in range(30):
                # Together, or the first would have said nothing for so long that they are told to go.
                crowd += await asyncio.gather(*(connect(hub) for _ in range(100)))
                # One that is used is not closed.
                await first.say(head(hub, method="GET", path="/v0/ping"))
                assert await first.status() == 200
            late = crowd[MAX_CONNECTIONS + 100]
            with contextlib.suppress(ConnectionError):
                await late.say(head(hub, method="GET", path="/v0/ping"))
            assert await late.status() == 503
            assert await crowd[-1].status() == 503
            for one in crowd:
                one.close()
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await hub.good_answers("after"):
                    await asyncio.sleep(0.05)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# How slowly they ask


def test_waiting_has_an_end_within_fifteen_seconds():
    assert wire.HEAD_SECONDS <= 15
    assert wire.BODY_SECONDS <= 15


@pytest.mark.parametrize(
    "said",
    [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"y" * 10_000, b"\r\n" * 5_000],
    ids=["nothing", "a letter", "a header", "line ends"],
)
async def test_slow_headers(serve, connect, said):
    """a header that never comes, or comes byte by byte (slowloris) -> hung up within 15 s"""
    async with serve(limits=SHORT) as hub:
        one = await connect(hub)
        dripping = asyncio.create_task(one.drip(said))
        assert (await one.closed())[:13] in (b"HTTP/1.1 408 ", b"")
        dripping.cancel()


async def test_slow_headers_after_a_good_request(serve, connect):
    """the same on a connection that was used properly before -> hung up within 15 s"""
    async with serve(limits=SHORT) as hub:
        one = await connect(hub)
        await one.say(head(hub, method="GET", path="/v0/ping"))
        assert await one.status() == 200
        dripping = asyncio.create_task(one.drip(b"GET / HTTP/1.1\r\nX-Slow: " + b"y" * 10_000))
        assert b'"pong"' in await one.closed()
        dripping.cancel()


@pytest.mark.parametrize("path", ["/mcp", "/nowhere"])
async def test_slow_body(serve, connect, path):
    """a body that stops, or comes byte by byte -> hung up"""
    async with serve(limits=SHORT) as hub:
        one = await connect(hub)
        await one.say(head(hub, "Content-Length: 100000", "Content-Type: application/json", path=path))
        dripping = asyncio.create_task(one.drip(b" " * 10_000))
        assert (await one.closed())[:13] in (b"HTTP/1.1 408 ", b"HTTP/1.1 404 ", b"")
        dripping.cancel()


async def test_a_body_that_takes_its_time(serve, connect):
    """a large body on a slow line -> read to its end"""
    async with serve(limits=SHORT) as hub:
        one = await connect(hub)
        body = json.dumps(call("good_echo", say="x" * 200_000)["json"]).encode()
        lines = [f"{name}: {value}" for name, value in (MODERN | {"mcp-name": "good_echo"}).items()]
        await one.say(head(hub, f"Content-Length: {len(body)}", *lines))
        for place in range(0, len(body), 20_000):
            await one.say(body[place : place + 20_000])
            await asyncio.sleep(0.2)
        assert await one.status() == 200


async def test_answers_that_are_not_fetched(serve, connect):
    """a client that asks and does not read the answers -> hung up, its answers dropped"""
    async with serve(limits=SHORT) as hub:
        one = await connect(hub, limit=1024)
        body = json.dumps(call("good_echo", say="x" * 1_000_000)["json"]).encode()
        lines = [f"{name}: {value}" for name, value in (MODERN | {"mcp-name": "good_echo"}).items()]
        whole = head(hub, f"Content-Length: {len(body)}", *lines) + body
        async with asyncio.timeout(PATIENCE_SECONDS):
            with contextlib.suppress(ConnectionError):
                while True:
                    await one.say(whole)
        assert await hub.good_answers("after") == ""


async def test_idle_connections(serve, connect):
    """a connection that is not used any more -> closed"""
    async with serve() as hub:
        one = await connect(hub)
        await one.say(head(hub, method="GET", path="/v0/ping"))
        assert b'"pong"' in await one.closed()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The files of a certificate for loopback, and a context that trusts it."""
    folder, authority = tmp_path_factory.mktemp("tls"), trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    for name, blob in (("cert.pem", issued.cert_chain_pems[0]), ("key.pem", issued.private_key_pem)):
        (folder / name).write_bytes(blob.bytes())
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return [str(folder / "cert.pem"), str(folder / "key.pem")], context


async def test_slow_handshake(hubs, tmp_path, connect, certificate):
    """a TLS handshake that is not gone on with -> hung up within 15 s"""
    files, trusting = certificate
    async with hubs(tmp_path, access={"tls": files}, limits=SHORT) as hub:
        one = await connect(hub)
        await one.say(b"\x16\x03\x01")
        await one.closed()
        good = await connect(hub, ssl=trusting)
        await good.say(head(hub, method="GET", path="/v0/ping"))
        assert await good.status() == 200


# How they leave


async def test_disconnect_in_a_call(serve, connect, tmp_path, until):
    """hanging up during a call -> the server is told that nobody waits"""
    notes = tmp_path / "notes.txt"
    async with serve(notes=["_notes.py", str(notes)]) as hub:
        await hub.ready("notes")
        one = await connect(hub)
        body = json.dumps(call("notes_wait")["json"]).encode()
        lines = [f"{name}: {value}" for name, value in (MODERN | {"mcp-name": "notes_wait"}).items()]
        await one.say(head(hub, f"Content-Length: {len(body)}", *lines) + body)
        await until(lambda: '"tools/call"' in notes.read_text())
        one.close()
        await until(lambda: '"notifications/cancelled"' in notes.read_text())
        assert await hub.good_answers("after") == ""


# The table of all this


def cases():
    """The docstrings above: case, answer, test."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    for node in tree.body:
        words = ast.get_docstring(node) if isinstance(node, ast.AsyncFunctionDef) else None
        if words and node.name.startswith("test_"):
            case, _, answer = " ".join(words.split()).partition(" -> ")
            yield case, answer, node.name


def test_the_table_in_the_documentation_is_that_of_the_tests():
    rows = [f"| {case} | {answer} | `{name}` |" for case, answer, name in cases()]
    table = "\n".join(["| case | answer | test |", "|---|---|---|", *rows])
    assert len(rows) == len([name for name in globals() if name.startswith("test_")]) - 2
    assert all(answer for _, answer, _ in cases())
    found = re.search(r"^\| case \| answer \| test \|\n(\|.*\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"no table in {PAGE.name}"
    assert found[0].rstrip() == table, f"the table of {PAGE.name} should be:\n{table}"
