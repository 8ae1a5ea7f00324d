import re
import sys

import pytest

from hub_launch.plan import StdioLaunch
from hub_launch.run.limits import Limits
from hub_launch.run.process import Child
from hub_launch.run.processes import Process
from hub_launch.run.reasons import explain_exit
from hub_launch.run.watch import Watch, excess

MB = 1024**2

HOG = """
import os, sys, time
print("up", flush=True)
sys.stdin.readline()
if sys.argv[1] == "children":
    os.fork()
    # Only both together have too much; away from the group, as far as that goes.
    os.setsid() if os.fork() == 0 else None
kept = bytearray(100 * 1024 * 1024)
time.sleep(60)
"""
MANY = """
import os, sys, time
print("up", flush=True)
sys.stdin.readline()
for _ in range(40):
    if os.fork() == 0:
        os.setsid()
        break
time.sleep(60)
"""


@pytest.fixture
def soon(monkeypatch):
    """Has a watch that looks often."""
    watch = Watch(0.05)
    monkeypatch.setattr("hub_launch.run.process.watch", lambda: watch)


def process(pid, memory=0):
    return Process(pid, 1, pid, pid, 1, memory)


def test_who_keeps_within_limits_goes_on():
    assert excess([process(1, 50 * MB), process(2, 50 * MB)], Limits(100 * MB, processes=2)) == ""


def test_too_many_processes_are_told():
    members = [process(number) for number in range(2501)]
    assert excess(members, Limits(MB, processes=500)) == "it had 2,501 processes, and may have 500"


@pytest.mark.parametrize(
    ("used", "said"),
    [
        (200 * MB, "it used 200 MB of memory, and may use 100 MB"),
        (12_800 * MB, "it used 12.5 GB of memory, and may use 100 MB"),
    ],
)
def test_too_much_memory_is_told(used, said):
    # No such process, whose own memory could be asked for.
    assert excess([process(2**30, used)], Limits(100 * MB)) == said


def test_memory_that_is_shared_is_not_counted_twice(monkeypatch):
    monkeypatch.setattr("hub_launch.run.watch.own_memory", lambda pid: 40 * MB)
    assert excess([process(1, 80 * MB), process(2, 80 * MB)], Limits(100 * MB)) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list is Linux'")
@pytest.mark.parametrize(
    ("code", "how", "limits", "reason"),
    [
        (HOG, "alone", Limits(80 * MB), r"was ended: it used \d+ MB of memory, and may use 80 MB"),
        (HOG, "children", Limits(150 * MB), r"was ended: it used \d+ MB of memory, and may use 150 MB"),
        (MANY, "", Limits(10_000 * MB, 20), r"was ended: it had \d+ processes, and may have 20"),
    ],
    ids=["memory", "memory of all together", "processes"],
)
async def test_a_server_that_uses_too_much_is_ended_with_all_it_started(
    tmp_path, until, soon, code, how, limits, reason
):
    launch = StdioLaunch("x", "X", "test", (sys.executable, "-I", "-S", "-c", code, how))
    child = await Child.spawn(launch, tmp_path / "x.log", limits)
    neighbour = await Child.spawn(launch, tmp_path / "y.log")
    assert await child.stdout.readline() == await neighbour.stdout.readline() == b"up\n"
    child.stdin.write(b"go\n")
    assert await child.wait() == -9
    assert re.fullmatch(reason, explain_exit(child))
    await until(lambda: not child._family.living())
    assert neighbour.exit_code is None
    await child.close()
    await neighbour.close()
