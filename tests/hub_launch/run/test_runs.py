"""What hubs leave behind when they are killed: real hubs, real servers that do all they can to stay."""

import json
import os
import secrets
import signal
import subprocess
import sys

import pytest

from hub_launch.run import runs
from hub_launch.run.orphans import abandoned, end_orphans
from hub_launch.run.processes import MARK, listed, look_up, mark_of
from hub_launch.run.runs import join

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list is Linux'")

# A runner with a server below it, and a daemon that left both; none obeys the end of its input or SIGTERM. The first
# argument says which of them do all the same.
SERVER = """
import json, os, signal, sys, time
if sys.argv[1] != "polite":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
ready, done = os.pipe()
pids = [os.getpid()]
for daemon in (False, True):
    pid = os.fork()
    if pid == 0:
        if daemon:
            os.setsid()
            if os.fork():
                os._exit(0)
        os.write(done, json.dumps(os.getpid()).encode())
        time.sleep(600)
    pids.append(int(os.read(ready, 100)))
print(json.dumps(pids), flush=True)
time.sleep(600)
"""
HUB = """
import asyncio, sys
from pathlib import Path
from hub_launch.plan import StdioLaunch
from hub_launch.run.process import Child

async def main():
    argv = (sys.executable, "-I", "-S", "-c", *sys.argv[2:])
    child = await Child.spawn(StdioLaunch("x", "X", "test", argv), Path(sys.argv[1]) / "x.log")
    print((await child.stdout.readline()).decode(), end="", flush=True)
    # Until it is told to end.
    await asyncio.to_thread(sys.stdin.readline)
    await child.close()

asyncio.run(main())
"""


class Hub:
    """A hub of one server. `pids` are the server's processes."""

    def __init__(self, folder, how, env):
        self.process = subprocess.Popen(
            [sys.executable, "-c", HUB, str(folder), SERVER, how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | env,
        )
        self.pids = json.loads(self.process.stdout.readline())
        children = [one.pid for one in listed().values() if one.parent == self.process.pid]
        [self.shell] = [pid for pid in children if pid not in self.pids]

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def stop(self):
        self.process.communicate(b"\n")


@pytest.fixture
def hub(tmp_path, request):
    """Starts hubs whose logs are in `tmp_path`; nothing of them outlives the test."""
    hubs = []

    def start(how="", **env):
        hubs.append(Hub(tmp_path, how, env))
        return hubs[-1]

    yield start
    for one in hubs:
        for pid in (one.process.pid, one.shell, *one.pids):
            if pid != one.process.pid and (process := look_up(pid)) and mark_of(process.pid):
                os.kill(pid, signal.SIGKILL)
        if one.process.returncode is None:
            one.kill()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs"


@pytest.mark.parametrize("how", ["polite", "deaf"])
async def test_nothing_outlives_a_hub_that_is_killed(hub, folder, alive, until, how):
    one = hub(how)
    assert all(map(alive, one.pids))
    one.kill()
    await until(lambda: not any(map(alive, [*one.pids, one.shell])))
    await until(lambda: list(folder.iterdir()) == [])


async def test_who_waits_for_the_end_of_a_hub_is_not_ended_with_it(hub, alive, until):
    one = hub()
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        os.kill(one.shell, number)
    # A terminal that closes, and Ctrl-C, reach everybody of the hub's group.
    assert look_up(one.shell).session == one.shell != look_up(one.process.pid).session
    one.kill()
    await until(lambda: not any(map(alive, one.pids)))


async def test_where_that_was_killed_too_the_next_start_of_a_server_ends_what_is_left(
    hub, folder, alive, until, spawn, python_launch, tmp_path
):
    one = hub()
    os.kill(one.shell, signal.SIGKILL)
    one.kill()
    assert [alive(pid) for pid in one.pids] == [True] * 3
    assert len(list(folder.iterdir())) == 1
    await spawn(python_launch("input()"), tmp_path / "y.log")
    assert not any(map(alive, one.pids))
    # What is left is this hub's.
    assert abandoned(folder) == []
    assert len(list(folder.iterdir())) == 1


async def test_the_servers_of_a_hub_that_lives_are_left_alone(hub, folder, alive, spawn, python_launch, tmp_path):
    one = hub()
    child = await spawn(python_launch("input()"), tmp_path / "y.log")
    end_orphans(folder)
    assert all(map(alive, one.pids))
    await child.close()
    assert all(map(alive, one.pids))


async def test_a_hub_that_ends_as_it_should_leaves_no_file_and_no_process(hub, folder, alive, until):
    one = hub("polite")
    one.stop()
    assert one.process.returncode == 0
    await until(lambda: not any(map(alive, [*one.pids, one.shell])))
    assert list(folder.iterdir()) == []


async def test_a_folder_that_cannot_be_written_to_is_done_without(hub, folder, alive, until):
    folder.write_text("in the way")
    one = hub()
    one.kill()
    await until(lambda: not any(map(alive, one.pids)))


@pytest.fixture
def outer():
    """The name of a run that no other test on this machine has: what is left of a run is ended by its name."""
    return secrets.token_hex(8)


async def test_a_hub_may_be_the_server_of_another(hub, folder, alive, until, outer):
    one = hub(**{MARK: f"{outer}-1"})
    assert all(mark_of(pid).startswith(f"{outer}-1/") for pid in one.pids)
    one.kill()
    await until(lambda: not any(map(alive, one.pids)))


async def test_with_the_outer_hub_the_inner_ones_servers_end(hub, folder, alive, until, outer):
    one = hub(**{MARK: f"{outer}-1"})
    os.kill(one.shell, signal.SIGKILL)
    (folder / outer).touch()
    one.kill()
    end_orphans(folder)
    await until(lambda: not any(map(alive, one.pids)))


def test_a_file_whose_processes_are_long_gone_is_removed(folder):
    folder.mkdir()
    (folder / "0123456789abcdef").touch()
    (folder / ".0123456789abcdef").touch()
    end_orphans(folder)
    assert [path.name for path in folder.iterdir()] == [".0123456789abcdef"]
    assert abandoned(folder / "nowhere") == []


async def test_a_run_lasts_from_the_first_child_to_the_last(folder, until, alive):
    one, first = await join(folder)
    same, second = await join(folder)
    assert same is one
    assert first.partition("-")[0] == second.partition("-")[0]
    assert first != second
    shell = one._shell.pid
    one.leave()
    assert len(list(folder.iterdir())) == 1
    one.leave()
    assert list(folder.iterdir()) == []
    assert not alive(shell)
    again, third = await join(folder)
    assert third.partition("-")[0] != first.partition("-")[0]
    again.leave()


async def test_a_shell_that_is_missing_or_dead_is_done_without(folder, monkeypatch, caplog):
    one, _ = await join(folder)
    one._shell.kill()
    one._shell.wait()
    one.leave()
    monkeypatch.setattr(runs, "_SHELL", "/nowhere/sh")
    one, _ = await join(folder)
    one.leave()
    assert "/nowhere/sh cannot be started" in caplog.text
    assert list(folder.iterdir()) == []


async def test_a_folder_without_locks_is_done_without(folder, monkeypatch, caplog):
    monkeypatch.setattr("hub_launch.run.orphans.lock", lambda path: None)
    one, _ = await join(folder)
    one.leave()
    assert "no locks to be had there" in caplog.text
    assert list(folder.iterdir()) == []
