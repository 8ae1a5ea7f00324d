import asyncio
import os
import threading

import pytest

from hub_launch.run.log import ErrorLog
from hub_launch.run.log_file import MAX_LOG_BYTES, OLD_LOGS
from hub_launch.run.log_pump import LogPump, LogThreads

# Writes as many megabytes to standard error as fast as it can, and says so on standard output.
FLOODS = """
import os, sys
piece = (b"x" * 1023 + b"\\n") * 1024
for _ in range(int(sys.argv[1])):
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(2, rest):]
os.write(1, b"done\\n")
sys.stdin.read()
"""


@pytest.fixture(params=[LogPump, LogThreads], ids=["one thread", "a thread each, as on Windows"])
def pump(request, monkeypatch):
    if request.param is LogThreads:
        monkeypatch.setattr("hub_launch.run.log._BLOCKING", True)
    return request.param()


@pytest.fixture
def log(tmp_path):
    """Makes logs; `.say(text)` is what their child does, `.end()` its end."""

    class Log(ErrorLog):
        def say(self, text):
            os.write(self.write_end, text.encode())

        def end(self):
            self.close_write_end()

    return lambda name="x": Log(tmp_path / f"{name}.log", ["ghp_0123456789"])


def finish(pump, log):
    done = threading.Event()
    pump.finish(log, done.set)
    assert done.wait(20)


async def test_what_is_written_is_moved_while_it_is_written(pump, log, until, tmp_path):
    one, two = log("one"), log("two")
    pump.add(one)
    pump.add(two)
    for part in ("the first\n", "the key ghp_0123456789\n"):
        one.say(part)
        two.say(part)
    for name in ("one", "two"):
        path = tmp_path / f"{name}.log"
        await until(lambda path=path: path.exists() and path.read_text() == "the first\nthe key ***\n")
    for each in (one, two):
        each.end()
        finish(pump, each)


async def test_after_its_end_a_log_is_complete(pump, log, until, tmp_path):
    one = log()
    pump.add(one)
    one.say("the last")
    one.end()
    await until(lambda: one.ended)
    finish(pump, one)
    finish(pump, one)
    assert (tmp_path / "x.log").read_text() == "the last"
    assert one.last_words() == "the last"


async def test_trouble_with_one_log_is_none_of_anothers(log, until, tmp_path, monkeypatch, caplog):
    pump, bad, good = LogPump(), log("bad"), log("good")

    def broken():
        raise ValueError("broken")

    monkeypatch.setattr(bad, "write", broken)
    for each in (bad, good):
        pump.add(each)
        each.say("here")
    await until(lambda: (tmp_path / "good.log").exists())
    await until(lambda: "a server's log broke" in caplog.text)
    monkeypatch.undo()
    for each in (bad, good):
        each.end()
        finish(pump, each)


async def test_a_child_may_be_closed_whose_pipe_another_holds(log, tmp_path):
    pump, one = LogPump(), log()
    pump.add(one)
    one.say("before")
    finish(pump, one)
    with pytest.raises(BrokenPipeError):
        one.say("after")
    one.end()
    assert (tmp_path / "x.log").read_text() == "before"


async def test_a_flood_holds_up_neither_its_child_nor_a_neighbour_and_fills_no_disk(spawn, python_launch, tmp_path):
    echo = await spawn(python_launch("import sys\nfor line in sys.stdin: print(line, end='', flush=True)"))
    flood = await spawn(python_launch(FLOODS, "300"), tmp_path / "flood" / "x.log")
    ended = asyncio.create_task(flood.stdout.readline())
    answers = 0
    while not ended.done():
        echo.stdin.write(b"ping\n")
        # Sooner than this its assistant would have to be told to wait.
        assert await asyncio.wait_for(echo.stdout.readline(), 1) == b"ping\n"
        answers += 1
        await asyncio.sleep(0.005)
    assert ended.result() == b"done\n"
    assert answers > 10
    assert "bytes left out" in flood.last_words() + (tmp_path / "flood" / "x.log").read_text()
    files = [path for path in (tmp_path / "flood").iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= (1 + OLD_LOGS) * MAX_LOG_BYTES
