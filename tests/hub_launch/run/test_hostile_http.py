"""Remote servers that do what they should not: only their own callers hear of it, in words, and soon."""

import asyncio
import gzip
import json

import pytest

from hub_launch.run.link import LinkGone
from hub_launch.run.messages import raw
from hub_launch.run.network import open_pool

OK = {"jsonrpc": "2.0", "id": 1, "result": {"ok": True}}


def said(answer):
    return json.loads(bytes(answer.error))["message"]


async def ask(link):
    return await link.request("tools/call", raw({"name": "t"}))


def events(*lines, length=None):
    size = f"content-length: {length}\r\n" if length else "connection: close\r\n"
    head = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{size}\r\n"
    return head.encode() + b"".join(lines)


def event(message):
    return b"data: " + json.dumps(message).encode() + b"\n\n"


@pytest.fixture
async def server(hostile, answered):
    """A hostile server that answers everything with these bytes."""

    async def start(*args, raw_bytes=None, close=False, **rest):
        async def answer(asked, writer):
            writer.write(raw_bytes if raw_bytes is not None else answered(*args, **rest))
            await writer.drain()
            if close:
                writer.close()

        return await hostile(answer)

    return start


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>hello</html>", "no JSON-RPC response"),
        (b'{"jsonrpc":"2.0","id":1,"resu', "no JSON-RPC response"),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping"}', "no JSON-RPC response"),
        (b"[" * 4000, "no JSON-RPC response"),
        (b'\xff{"jsonrpc":"2.0"}', "no JSON-RPC response"),
        (json.dumps(OK | {"id": 99}).encode(), "answered another request"),
        (json.dumps(OK | {"id": "1"}).encode(), "answered another request"),
        (b'{"jsonrpc":"2.0","id":1,"result":"' + b"x" * 5000 + b'"}', "longer than 4,096 bytes"),
    ],
    ids=["html", "half", "a request", "deep", "no UTF-8", "another's id", "a text as id", "long"],
)
async def test_what_is_no_answer_is_told_to_the_caller(server, link, body, words):
    seen = await server(body)
    one = link(seen.url, limits={"message_bytes": 4096})
    assert words in said(await ask(one))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("500 Oops", "HTTP 500 Internal Server Error"),
        ("429 Slow", "HTTP 429 Too Many Requests"),
        ("202 Accepted", "without answering"),
        ("404 No", "HTTP 404 Not Found"),
        ("799 What", "HTTP 799"),
    ],
)
async def test_a_status_that_is_no_answer_is_told_to_the_caller(server, link, status, words):
    seen = await server(b"\x1b[31mboo", status, content_type="text/html")
    answer = await ask(link(seen.url))
    assert words in said(answer)
    assert "\x1b" not in said(answer)


async def test_an_error_of_the_protocol_is_passed_on_whatever_the_status(server, link):
    body = json.dumps({"jsonrpc": "2.0", "id": None, "error": {"code": -32602, "message": "no such thing"}}).encode()
    assert said(await ask(link((await server(body, "400 Bad Request")).url))) == "no such thing"


async def test_a_gateway_without_a_server_behind_it_is_gone(server, link):
    with pytest.raises(LinkGone, match="its gateway answers HTTP 503"):
        await ask(link((await server(b"", "503 No")).url))


async def test_another_kind_of_document_is_told(server, link):
    seen = await server(b"hello", content_type="text/html; charset=utf-8")
    assert "'text/html', which is not MCP" in said(await ask(link(seen.url)))


async def test_a_small_packed_body_does_not_unpack_to_gigabytes(server, link):
    bomb = gzip.compress(b" " * 50_000_000)
    seen = await server(bomb, content_encoding="gzip")
    assert "longer than" in said(await ask(link(seen.url, limits={"message_bytes": 100_000})))


async def test_a_packed_answer_is_unpacked(server, link):
    seen = await server(gzip.compress(json.dumps(OK).encode()), content_encoding="gzip")
    assert json.loads(bytes((await ask(link(seen.url))).result)) == {"ok": True}
    assert seen.asked[0].headers["accept-encoding"] == "gzip"


async def test_an_answer_that_was_packed_in_two_parts_is_whole(server, link):
    body = json.dumps(OK).encode()
    seen = await server(gzip.compress(body[:10]) + gzip.compress(body[10:]), content_encoding="gzip")
    assert json.loads(bytes((await ask(link(seen.url))).result)) == {"ok": True}


async def test_what_comes_behind_a_packed_answer_is_not_kept(server, link):
    seen = await server(gzip.compress(json.dumps(OK).encode()) + bytes(100_000), content_encoding="gzip")
    with pytest.raises(LinkGone, match="cannot be unpacked"):
        await ask(link(seen.url))


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "gzip"])
async def test_what_cannot_be_unpacked_is_told(server, link, encoding):
    seen = await server(b"not packed", content_encoding=encoding)
    with pytest.raises(LinkGone, match="packed"):
        await ask(link(seen.url))


async def test_a_body_that_drips_is_given_up(hostile, link):
    async def drip(asked, writer):
        if b"cancelled" in asked.body:
            return
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    seen = await hostile(drip)
    answer = await ask(link(seen.url, limits={"answer_seconds": 0.3}))
    assert said(answer) == "the server did not answer within 0.3 s"


async def test_a_stream_that_never_says_anything_of_use_is_given_up(hostile, link):
    async def chatter(asked, writer):
        writer.write(events())
        while True:
            writer.write(b": still here\n\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    answer = await ask(link((await hostile(chatter)).url, limits={"answer_seconds": 0.3}))
    assert "did not answer" in said(answer)


async def test_an_event_without_an_end_is_given_up_before_it_fills_the_memory(hostile, link):
    sent = []

    async def flood(asked, writer):
        writer.write(events(b"data: "))
        while True:
            writer.write(b"x" * 65536)
            sent.append(65536)
            await writer.drain()

    answer = await ask(link((await hostile(flood)).url, limits={"message_bytes": 1_000_000}))
    assert "longer than 1,000,000 bytes" in said(answer)
    # What was sent beyond that is in the buffers of the two systems.
    assert sum(sent) < 20_000_000


async def test_answers_to_others_in_a_stream_are_passed_over(server, link):
    lines = [event(OK | {"id": 99}), event({"no": "rpc"}), b"data: boo\n\n", event(OK)]
    one = link((await server(raw_bytes=events(*lines), close=True)).url)
    assert json.loads(bytes((await ask(one)).result)) == {"ok": True}
    assert one.skipped == 3


async def test_progress_of_others_is_not_taken_for_ones_own(server, link):
    about = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": 99, "progress": 1}}
    one = link((await server(raw_bytes=events(event(about), event(OK)), close=True)).url)
    told = []
    await one.request("tools/call", raw({}), told.append)
    assert told == []
    assert [message.method for message in one.messages] == ["notifications/progress"]


async def test_a_stream_that_ends_without_an_answer_is_gone(server, link):
    with pytest.raises(LinkGone, match="before it answered"):
        await ask(link((await server(raw_bytes=events(b": bye\n\n"), close=True)).url))


async def test_a_stream_that_can_be_taken_up_again_is(hostile, link):
    async def interrupted(asked, writer):
        if asked.method == "POST":
            writer.write(events(b"id: 5\nretry: 10\ndata:\n\n"))
        else:
            writer.write(events(event(OK)))
        await writer.drain()
        writer.close()

    seen = await hostile(interrupted)
    assert json.loads(bytes((await ask(link(seen.url))).result)) == {"ok": True}
    assert seen.asked[1].headers["last-event-id"] == "5"


async def test_a_stream_that_ends_for_ever_is_not_taken_up_for_ever(server, link):
    seen = await server(raw_bytes=events(b"id: 5\nretry: 1\ndata:\n\n"), close=True)
    with pytest.raises(LinkGone, match="before it answered"):
        await ask(link(seen.url))
    assert len(seen.asked) == 4


async def test_a_connection_that_breaks_is_told(server, link):
    with pytest.raises(LinkGone, match="broke before it answered"):
        await ask(
            link(
                (
                    await server(
                        raw_bytes=b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
                        close=True,
                    )
                ).url
            )
        )
    with pytest.raises(LinkGone, match="broke before it answered"):
        await ask(link((await server(raw_bytes=b"SSH-2.0-OpenSSH\r\n\r\n", close=True)).url))


async def test_headers_without_an_end_are_given_up(hostile, link):
    async def flood(asked, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"x: y\r\n" * 1000)
            await writer.drain()

    with pytest.raises(LinkGone, match="broke"):
        await ask(link((await hostile(flood)).url))


async def test_a_session_that_could_not_be_sent_back_is_none(server, link, handshake):
    seen = await server(json.dumps(OK).encode(), mcp_session_id="x" * 5000)
    one = link(seen.url)
    await one.request("initialize", raw({}))
    await ask(one)
    assert "mcp-session-id" not in seen.asked[1].headers


# Redirects, and where they lead


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/mcp",
        "https://elsewhere.example/mcp",
        "//evil.example",
    ],
)
async def test_a_redirect_to_another_server_is_not_followed(server, link, location):
    seen = await server(b"", "307 Elsewhere", location=location)
    with pytest.raises(LinkGone, match="which is another server, and was not followed"):
        await ask(link(seen.url, headers={"Authorization": "Bearer s3cret"}))
    assert len(seen.asked) == 1


async def test_a_redirect_on_the_same_server_is_followed_once_and_remembered(hostile, link, answered):
    async def move(asked, writer):
        number = json.loads(asked.body)["id"]
        moved = answered(b"", "307 Slash", location="/mcp/")
        writer.write(answered(json.dumps(OK | {"id": number}).encode()) if asked.path == "/mcp/" else moved)

    seen = await hostile(move)
    one = link(seen.url)
    for _ in range(3):
        await ask(one)
    assert [asked.path for asked in seen.asked] == ["/mcp", "/mcp/", "/mcp/", "/mcp/"]
    assert seen.connections == 1


async def test_redirects_in_a_circle_end(server, link):
    seen = await server(b"", "308 Round", location="/mcp?again")
    with pytest.raises(LinkGone, match="more than 3 times"):
        await ask(link(seen.url))


@pytest.mark.parametrize("status", ["301 M", "302 M", "303 M"])
async def test_a_redirect_that_loses_the_message_is_told(server, link, status):
    with pytest.raises(LinkGone, match="loses the message"):
        await ask(link((await server(b"", status, location="/other")).url))


@pytest.mark.parametrize("location", ["http://[broken", "http://me:pw@127.0.0.1/mcp", "javascript:alert(1)"])
async def test_a_redirect_to_what_is_no_address_is_told(server, link, location):
    with pytest.raises(LinkGone, match="redirects to"):
        await ask(
            link(
                (
                    await server(
                        raw_bytes=f"HTTP/1.1 307 X\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n".encode(
                            "latin-1"
                        )
                    )
                ).url
            )
        )


async def test_a_public_name_that_leads_to_this_machine_is_not_asked(server, link):
    seen = await server(json.dumps(OK).encode())
    port = seen.url.rpartition(":")[2].partition("/")[0]
    url = f"http://mcp.example.com:{port}/mcp"

    async def look_up(host, port):
        return ["127.0.0.1"]

    with pytest.raises(LinkGone, match=r"is not asked: mcp\.example\.com leads to 127\.0\.0\.1, which is this machine"):
        await ask(link(url, pool=open_pool(url, look_up)))
    assert seen.connections == 0


async def test_a_number_as_host_is_not_asked(link):
    with pytest.raises(LinkGone, match="is a number"):
        await ask(link("http://2130706433/mcp"))


# Credentials


async def test_credentials_go_with_every_request(server, link):
    seen = await server(json.dumps(OK).encode())
    one = link(
        seen.url, headers={"Authorization": "Bearer s3cret\n", "X-Api-Key": "k", "Host": "evil", "Content-Length": "3"}
    )
    await ask(one)
    [asked] = seen.asked
    assert (asked.headers["authorization"], asked.headers["x-api-key"]) == ("Bearer s3cret", "k")
    assert asked.headers["host"].startswith("127.0.0.1")


async def test_credentials_that_are_refused_are_told_and_not_shown(server, link):
    seen = await server(b"", "401 No")
    one = link(seen.url, headers={"Authorization": "Bearer s3cret"}, secrets={"s3cret"})
    with pytest.raises(LinkGone, match="does not accept the credentials") as caught:
        await ask(one)
    assert caught.value.hint == "are the values of far right?"


async def test_a_server_that_wants_to_know_who_asks_says_how_to_sign_in(server, link):
    with pytest.raises(LinkGone, match="needs sign-in") as caught:
        await ask(link((await server(b"", "401 No")).url))
    assert caught.value.needs_sign_in
    assert caught.value.hint == "run `hub-launch auth login far`"


async def test_a_header_that_cannot_be_sent_is_told_without_its_value(server, link):
    with pytest.raises(LinkGone, match="a header of it cannot be sent") as caught:
        await ask(link((await server()).url, headers={"X-Key": "s3cret\r\nX-Evil: 1"}, secrets={"s3cret"}))
    assert "s3cret" not in str(caught.value)


async def test_secrets_in_what_a_server_says_are_not_shown(server, link):
    seen = await server(b"", "307 X", location="https://evil.example/s3cret")
    with pytest.raises(LinkGone) as caught:
        await ask(link(seen.url, headers={"X-Key": "s3cret"}, secrets={"s3cret"}))
    assert "s3cret" not in caught.value.reason


async def test_what_is_under_way_ends_when_the_link_is_closed(hostile, link):
    heard = asyncio.Event()

    async def silent(asked, writer):
        heard.set()
        await asyncio.sleep(600)

    one = link((await hostile(silent)).url)
    task = asyncio.create_task(ask(one))
    await heard.wait()
    await one.close()
    with pytest.raises(LinkGone):
        await task


@pytest.mark.parametrize(
    ("name", "value"),
    [("SSL_CERT_FILE", "/no/such/file"), ("https_proxy", "socks5://127.0.0.1:1"), ("https_proxy", "ftp://x")],
)
async def test_a_machine_that_is_set_up_wrong_is_told(link, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(LinkGone) as caught:
        await ask(link("https://mcp.invalid/mcp"))
    assert "PROXY" in caught.value.hint or "network" in caught.value.hint
