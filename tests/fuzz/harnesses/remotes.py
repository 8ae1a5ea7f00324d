"""A remote server, from the first byte of its answer on: there is a message for whoever asked, or a reason why not."""

import asyncio
from unittest.mock import patch

import httpcore2
from msgspec import Raw
from tests.fuzz.pieces import chunks, pieces

from hub_launch.plan import HttpLaunch
from hub_launch.run import reading, sse
from hub_launch.run.http import HttpLink
from hub_launch.run.link import Limits, LinkGone


def answered(body, kind=b"application/json", more=b""):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n" % (kind, len(body), more)
    return b"\xff\0" + head + body


RESULT = b'{"jsonrpc":"2.0","id":1,"result":{}}'
SEEDS = [
    answered(RESULT),
    answered(b"event: message\nid: 1\ndata: " + RESULT + b"\n\n", b"text/event-stream", b"mcp-session-id: a\r\n"),
    b"\x10\0HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n24\r\n"
    + RESULT
    + b"\r\n0\r\n\r\n",
    b"\0HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n" + answered(RESULT)[2:],
    b"\0HTTP/1.1 302 Found\r\nLocation: http://[::1]:x/\r\nContent-Length: 0\r\n\r\n",
    b'\0HTTP/1.1 403 No\r\nWWW-Authenticate: Bearer error="insufficient_scope"\r\nContent-Length: 0\r\n\r\n',
    b"\0HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
    b"\0HTTP/1.1 502 No\r\n\r\n<html>",
    answered(b"\x1f\x8b", more=b"Content-Encoding: gzip\r\n"),
    b"\0HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
]
WORDS = [
    *"Content-Length: Transfer-Encoding: chunked Content-Encoding: gzip Location: HTTP/1.1 text/event-stream".split(),
    *'\r\n data: id: retry: event: mcp-session-id: //evil.example.org "id":1 "error":{} 401 307 308 xn--'.split(" "),
]
LIMITS = Limits(message_bytes=10_000, drain_seconds=0.2)
# A hang guard; an input takes a millisecond.
SECONDS = 5


def check(data: bytes) -> None:
    sizes, said = pieces(data, 2)
    # Nothing is waited for.
    with patch.object(reading, "FIRST_WAIT_SECONDS", 0.0), patch.object(sse, "MAX_RETRY_SECONDS", 0.0):
        asyncio.run(asked([*chunks(said, sizes)]))


async def asked(said):
    async with asyncio.timeout(SECONDS):
        pool = httpcore2.AsyncConnectionPool(network_backend=httpcore2.AsyncMockBackend(said), retries=0)
        launch = HttpLaunch("far", "Far", "test", "streamable-http", "http://api.example.org/mcp", own_network=True)
        link = HttpLink(launch, lambda message: None, pool=pool, limits=LIMITS)
        unprintable = False
        try:
            message = await link.request("tools/call", Raw(b'{"name":"x"}'), lambda progress: None)
            assert message.id == 1
            assert isinstance(message.result, Raw) or isinstance(message.error, Raw) or message.method
        except LinkGone as error:
            unprintable = not str(error).isprintable()
        finally:
            await link.close()
        assert not unprintable
