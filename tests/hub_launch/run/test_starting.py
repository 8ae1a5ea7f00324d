"""The pipes to a child, in the event loops that a hub may have."""

import asyncio
import io
import os

import pytest

from hub_launch.run.starting import _Pipe

PATIENCE_SECONDS = 20


class Probe(io.FileIO):
    """Opens another file as soon as it is closed, as another thread may: that has the number then."""

    next_file = None

    def close(self):
        if not self.closed:
            super().close()
            self.next_file = os.open(os.devnull, os.O_RDWR)


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request):
    """Runs something in a loop of that kind."""
    loop = asyncio.new_event_loop if request.param == "asyncio" else pytest.importorskip("uvloop").new_event_loop

    def within(main):
        with asyncio.Runner(loop_factory=loop) as runner:
            return runner.run(asyncio.wait_for(main, PATIENCE_SECONDS))

    return within


def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


@pytest.mark.parametrize("way", ["reading", "writing"])
def test_a_pipe_is_closed_once_and_never_what_another_thread_opened_meanwhile(run, way):
    reads, writes = os.pipe()
    ours, theirs, mode = (reads, writes, "rb") if way == "reading" else (writes, reads, "wb")
    probe = Probe(ours, mode)

    async def open_and_close():
        pipe = await (_Pipe.for_reading if way == "reading" else _Pipe.for_writing)(probe)
        pipe.transport.close()
        await pipe.ended.wait()
        # What closes a transport does so in the loop's next rounds.
        for _ in range(3):
            await asyncio.sleep(0)

    run(open_and_close())
    try:
        assert probe.closed
        assert is_open(probe.next_file)
        assert is_open(theirs)
        # Its end is closed, under whatever number: nobody can be reached.
        with os.fdopen(theirs, "wb" if way == "reading" else "rb", buffering=0) as other:
            if way == "reading":
                with pytest.raises(BrokenPipeError):
                    other.write(b"x")
            else:
                assert other.read() == b""
    finally:
        if probe.next_file is not None and is_open(probe.next_file):
            os.close(probe.next_file)


def test_what_is_written_arrives_through_both(run):
    reads, writes = os.pipe()

    async def pass_on():
        reading = await _Pipe.for_reading(io.FileIO(reads, "rb"))
        writing = await _Pipe.for_writing(io.FileIO(writes, "wb"))
        writing.transport.write(b"hello\n")
        line = await reading.reader.readline()
        writing.transport.close()
        await reading.ended.wait()
        reading.transport.close()
        return line

    assert run(pass_on()) == b"hello\n"
