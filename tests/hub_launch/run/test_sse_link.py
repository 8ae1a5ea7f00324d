"""The older transport with servers that do what they should not; see test_http.py for one that does what it should."""

import asyncio
import json

import pytest

from hub_launch.run.link import LinkGone
from hub_launch.run.messages import raw

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
ENDPOINT = b"event: endpoint\ndata: /messages?session=1\n\n"


async def ask(link, on_progress=None):
    return await link.request("tools/call", raw({"name": "t"}), on_progress)


@pytest.fixture
async def server(hostile, answered):
    """A server that opens its stream with these bytes, and says `reply(asked)` on it when it was posted something."""

    async def start(opening, reply=None, status="202 Accepted", end=False):
        streams = []

        async def answer(asked, writer):
            if asked.method == "POST":
                writer.write(answered(b"", status))
                if reply:
                    streams[-1].write(reply(asked))
                if end:
                    streams[-1].close()
                return
            streams.append(writer)
            writer.write(HEAD + opening)
            await writer.drain()
            await asyncio.sleep(600)

        return await hostile(answer)

    return start


def result(asked, **changes):
    message = {"jsonrpc": "2.0", "id": json.loads(asked.body)["id"], "result": {}} | changes
    return b"event: message\ndata: " + json.dumps(message).encode() + b"\n\n"


@pytest.mark.parametrize(
    "endpoint", ["https://evil.example/m", "//evil.example/m", "http://127.0.0.1:1/m", "http://a@{host}/m"]
)
async def test_messages_are_not_sent_to_another_server(server, link, endpoint):
    seen = await server(b"event: endpoint\ndata: " + endpoint.encode() + b"\n\n")
    with pytest.raises(LinkGone, match="which is another server; nothing was sent there"):
        await ask(link(seen.url, "sse", headers={"Authorization": "Bearer s3cret"}))
    assert [asked.method for asked in seen.asked] == ["GET"]


async def test_an_address_that_is_none_is_told(server, link):
    with pytest.raises(LinkGone, match="names an address for messages that is none"):
        await ask(link((await server(b"event: endpoint\ndata: \xff\xfe\n\n")).url, "sse"))


async def test_a_stream_that_names_no_address_is_given_up(server, link):
    with pytest.raises(LinkGone, match=r"opened no stream of events within 0\.2 s"):
        await ask(link((await server(b": hello\n\n")).url, "sse", limits={"notice_seconds": 0.2}))


async def test_what_is_no_stream_is_told(hostile, answered, link):
    async def answer(asked, writer):
        writer.write(answered(b"{}", "404 No"))

    with pytest.raises(LinkGone, match="has no stream of events: it answers HTTP 404 Not Found"):
        await ask(link((await hostile(answer)).url, "sse"))


async def test_answers_to_nobody_are_passed_over(server, link):
    one = link(
        (await server(ENDPOINT, lambda asked: result(asked, id=99) + b"data: boo\n\n" + result(asked))).url, "sse"
    )
    assert (await ask(one)).result
    assert one.skipped == 2


async def test_a_stream_that_ends_ends_what_waits_for_it_and_is_opened_again_by_the_next(server, link):
    seen = await server(ENDPOINT, end=True)
    one = link(seen.url, "sse")
    for _ in range(2):
        with pytest.raises(LinkGone, match="ended the connection"):
            await ask(one)
    assert [asked.method for asked in seen.asked] == ["GET", "POST"] * 2


async def test_an_event_without_an_end_is_given_up(server, link):
    one = link(
        (await server(ENDPOINT, lambda asked: b"data: " + b"x" * 5000)).url, "sse", limits={"message_bytes": 1000}
    )
    with pytest.raises(LinkGone, match="longer than 1,000 bytes"):
        await ask(one)


async def test_a_message_that_is_not_taken_is_told(server, link):
    with pytest.raises(LinkGone, match="does not take messages: it answers HTTP 500"):
        await ask(link((await server(ENDPOINT, status="500 Oops")).url, "sse"))


async def test_a_server_that_does_not_answer_is_told_that_nobody_waits(server, link, until):
    seen = await server(ENDPOINT)
    answer = await ask(link(seen.url, "sse", limits={"answer_seconds": 0.2}))
    assert b"did not answer within 0.2 s" in bytes(answer.error)
    await until(lambda: any(b"notifications/cancelled" in asked.body for asked in seen.asked))


async def test_who_waits_is_told_when_the_link_is_closed(server, link, until):
    seen = await server(ENDPOINT)
    one = link(seen.url, "sse")
    task = asyncio.create_task(ask(one))
    await until(lambda: len(seen.asked) == 2)
    await one.close()
    with pytest.raises(LinkGone, match="was closed"):
        await task
