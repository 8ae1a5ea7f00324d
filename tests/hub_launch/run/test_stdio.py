import asyncio
import itertools
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.errors import HubError
from hub_launch.run.process import Child
from hub_launch.run.stdio import ChildTransport, parse_message, read_lines


class Pipe:
    """A stream that gives chunks as they are, and then ends."""

    def __init__(self, chunks):
        self._chunks = iter(chunks)

    async def read(self, size):
        return next(self._chunks, b"")


def lines_of(chunks, limit=10**6):
    async def read():
        return [line async for line in read_lines(Pipe(chunks), limit)]

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


# Messages


def test_a_json_rpc_message_is_one():
    assert parse_message(b'{"jsonrpc": "2.0", "id": 1, "result": {}}').id == 1
    assert parse_message(b'{"jsonrpc": "2.0", "method": "ping", "id": 1}\r').method == "ping"


@pytest.mark.parametrize(
    "line",
    [
        None,
        b"",
        b"Server listening",
        b"\xff\xfe",
        b"{}",
        b"[]",
        b"null",
        b'{"jsonrpc": "1.0", "id": 1}',
        b"[" * 200_000,
    ],
    ids=lambda line: repr(line)[:20],
)
def test_anything_else_is_passed_over(line):
    assert parse_message(line) is None


@given(st.binary())
def test_no_bytes_are_an_error(data):
    parse_message(data)


# The transport


@pytest.fixture
async def transport(backend, launch):
    """The transport to a tiny server."""
    return lambda **config: backend(launch(**config)).transport


async def test_a_child_is_started_by_the_first_session_and_shared_by_all(backend, launch, call):
    one = backend(launch())
    assert one.child is None
    pids = await asyncio.gather(*(call(one, "pid") for _ in range(10)))
    assert len(set(pids)) == 1
    assert one.events.seen == ["connected"]


async def test_stopping_without_a_child_does_nothing(transport):
    await transport().stop()


async def test_after_closing_nothing_is_started_any_more(backend, launch, call):
    one = backend(launch())
    await call(one, "pid")
    child = one.child
    await one.close()
    with pytest.raises(Exception, match="stopped"):
        await call(one, "pid")
    assert one.child is child
    assert child.exit_code == 0


async def test_a_request_that_waits_for_a_child_to_end_does_not_start_another_after_closing(
    backend, launch, call, until
):
    """The child is on its way out when the hub closes; the request behind it must not bring it back."""
    one = backend(launch(tools=["pid", "die"], ignore_eof=True))
    await call(one, "pid")
    first = one.child
    with pytest.raises(Exception, match="Connection closed"):
        await call(one, "die")
    waiting = asyncio.create_task(call(one, "pid"))
    await asyncio.sleep(0)
    await one.close()
    await asyncio.wait([waiting], timeout=20)
    assert waiting.done()
    waiting.exception()
    assert one.child is first or one.child.exit_code is not None


async def test_an_end_that_was_asked_for_is_no_event(backend, launch, call):
    one = backend(launch())
    await call(one, "pid")
    await one.close()
    assert one.events.seen == ["connected"]


async def test_a_program_that_is_missing_is_told_to_every_request(tmp_path):
    spawned = []

    async def spawn():
        spawned.append(1)
        raise HubError("no such program")

    class Events:
        def may_start(self):
            pass

    transport = ChildTransport(spawn, Events())
    for _ in range(2):
        with pytest.raises(HubError, match="no such program"):
            async with transport.connect_session():
                pass
    assert len(spawned) == 2


@pytest.mark.parametrize("steps", range(12))
async def test_a_request_cancelled_at_any_moment_of_the_start_does_not_end_the_child(backend, launch, call, steps):
    """FastMCP's client closes its transport then, and that transport is shared."""
    one = backend(launch())
    impatient = asyncio.create_task(call(one, "pid"))
    for _ in range(steps):
        await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.wait([impatient])
    first = one.child
    async with asyncio.timeout(20):
        pid = await call(one, "pid")
        assert await call(one, "pid") == pid
    assert first in (None, one.child)


async def test_a_request_cancelled_while_the_child_answers_does_not_end_it(backend, launch, call, until, tmp_path):
    record = tmp_path / "record"
    one = backend(launch(record=str(record)))
    impatient = asyncio.create_task(call(one, "pid"))
    await until(record.exists)
    child = one.child
    impatient.cancel()
    await asyncio.wait([impatient])
    async with asyncio.timeout(20):
        assert await call(one, "pid") == str(child._process.pid)


async def test_a_child_that_closes_its_input_leaves_no_request_waiting_and_is_ended(
    backend, launch, recorded, until, tmp_path
):
    record = tmp_path / "record"
    one = backend(launch(close_input_on="notifications/initialized", record=str(record)))
    async with one.client() as client:
        await until(lambda: "closed" in recorded(record))
        with pytest.raises(Exception, match="Connection closed"):
            async with asyncio.timeout(20):
                await client.call_tool_mcp("echo", {})
    child = one.child
    await until(lambda: len(one.events.seen) == 2)
    assert one.events.seen == ["connected", ("ended", child.exit_code)]


async def test_a_program_that_keeps_the_pipes_open_after_its_starter_left_still_serves(
    backend, launch, call, python_launch
):
    """As when `npx` goes and leaves `node` behind."""
    inner = launch()
    code = "import os, subprocess, sys; subprocess.Popen(sys.argv[1:]); os._exit(0)"
    one = backend(python_launch(code, *inner.argv))
    assert await call(one, "echo", a=1) == '{"a": 1}'
    assert await call(one, "echo", a=2) == '{"a": 2}'


async def test_lines_that_are_no_messages_are_skipped_and_counted(backend, launch, call):
    one = backend(launch(banner=True, tools=["junk"]))
    assert await call(one, "junk") == "after junk"
    assert one.transport.skipped == 2 + 4


async def test_what_the_child_was_spawned_as_is_the_child(backend, launch, call):
    one = backend(launch())
    await call(one, "pid")
    assert isinstance(one.child, Child)
    assert one.child.exit_code is None
