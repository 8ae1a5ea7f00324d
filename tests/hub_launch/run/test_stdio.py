import asyncio
import itertools
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.run.asking import MAX_ASKED
from hub_launch.run.link import LinkGone
from hub_launch.run.messages import raw
from hub_launch.run.stdio import StdioLink, read_lines


class Pipe:
    """A stream that gives chunks as they are, and then ends."""

    def __init__(self, chunks):
        self._chunks = iter(chunks)

    async def read(self, size):
        return next(self._chunks, b"")


def lines_of(chunks, limit=10**6, on_long=None):
    async def read():
        return [line async for line in read_lines(Pipe(chunks), limit, on_long)]

    return asyncio.run(read())


def cut(data, places):
    """`data` in pieces, cut at these places; no piece is empty, which would mean the end."""
    marks = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [piece for a, b in itertools.pairwise(marks) if (piece := data[a:b])]


LINES = st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=10)
PLACES = st.lists(st.integers(0, 400), max_size=20)


@given(LINES, PLACES)
def test_lines_are_the_same_however_they_are_cut_into_chunks(lines, places):
    data = b"".join(line + b"\n" for line in lines)
    assert lines_of(cut(data, places)) == lines


@given(LINES, PLACES, st.integers(0, 20))
def test_a_line_over_the_limit_becomes_none_and_the_others_survive(lines, places, limit):
    data = b"".join(line + b"\n" for line in lines)
    assert lines_of(cut(data, places), limit) == [line if len(line) <= limit else None for line in lines]


@given(st.binary(max_size=200), PLACES)
def test_an_unfinished_last_line_is_dropped(data, places):
    assert lines_of(cut(data, places)) == data.split(b"\n")[:-1]


def test_a_line_without_end_is_not_held_in_memory():
    chunk, limit = b"x" * 65536, 100_000
    endless = [*[chunk] * 400, b"\nafter\n"]
    tracemalloc.start()
    try:
        assert lines_of(endless, limit) == [None, b"after"]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * limit


def test_of_a_line_that_is_too_long_its_beginning_is_told_in_whatever_pieces_it_comes():
    line, told = bytes(range(32, 127)) * 5, []
    assert lines_of([*(line[i : i + 3] for i in range(0, len(line), 3)), b"\n"], 300, told.append) == [None]
    assert told == [line[:200]]


# The link


class Wire:
    """What is written to a child; what it says is given beforehand."""

    def __init__(self, *lines):
        self.lines = list(lines)
        self.written = []
        self.more = asyncio.Event()

    async def read(self, size):
        if self.lines:
            return self.lines.pop(0)
        await self.more.wait()
        return b""

    def write(self, data):
        self.written.append(json.loads(data))

    async def drain(self):
        pass


@pytest.fixture
async def link():
    """Makes links to pipes, with what was heard in `.heard`."""
    made = []

    def make(pipe):
        heard = []
        one = StdioLink(pipe, pipe, heard.append)
        one.heard = heard
        made.append(one)
        return one

    yield make
    for one in made:
        await one.close()


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


async def test_what_a_child_says_of_its_own_accord_is_heard(link):
    one = link(Wire(b'{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n'))
    await settle()
    assert [message.method for message in one.heard] == ["notifications/tools/list_changed"]


async def test_a_child_that_pings_is_answered_and_what_is_a_clients_is_refused(link):
    pipe = Wire(
        b'{"jsonrpc":"2.0","id":"a","method":"ping"}\n{"jsonrpc":"2.0","id":2,"method":"sampling/createMessage"}\n'
    )
    link(pipe)
    await settle()
    ping, refused = pipe.written
    assert ping == {"jsonrpc": "2.0", "id": "a", "result": {}}
    assert (refused["id"], refused["error"]["code"]) == (2, -32601)


async def test_a_child_that_asks_and_does_not_read_the_answers_gets_few_of_them(link):
    class Full(Wire):
        async def drain(self):
            await asyncio.Event().wait()

    pipe = Full(b"".join(b'{"jsonrpc":"2.0","id":%d,"method":"ping"}\n' % number for number in range(1000)))
    link(pipe)
    await settle()
    assert len(pipe.written) == MAX_ASKED


async def test_lines_that_are_no_messages_and_answers_to_nothing_are_counted(link):
    one = link(Wire(b'banner\n\xff\n[]\n{"jsonrpc":"2.0","id":7,"result":{}}\n' + b"[" * 200_000 + b"\n"))
    await settle()
    assert one.skipped == 5


async def test_at_the_end_every_request_fails(link):
    pipe = Wire()
    one = link(pipe)
    asking = asyncio.create_task(one.request("tools/call", raw({})))
    await settle()
    pipe.more.set()
    with pytest.raises(LinkGone):
        await asking
    with pytest.raises(LinkGone):
        await one.request("tools/call", raw({}))
    await one.wait_gone()
