import os
import signal
import subprocess
import sys

import pytest

from hub_launch.run.family import Family, carries, end, kill, run_still
from hub_launch.run.processes import MARK, Process, look_up

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list is Linux'")

HUB = Process(10, 1, 10, 10, started=100, memory=0)
LEADER = Process(20, 10, 20, 20, started=200, memory=0)


def process(pid, parent=1, group=0, session=0, started=300):
    return Process(pid, parent, group or pid, session or pid, started, memory=0)


def among(family, *processes):
    return sorted(one.pid for one in family.among({one.pid: one for one in processes}))


@pytest.fixture
def marks(monkeypatch):
    """What made-up processes carry, by pid."""
    marks = {}
    monkeypatch.setattr("hub_launch.run.family.mark_of", lambda pid: marks.get(pid, ""))
    return marks


def test_children_and_their_children_belong_to_it(marks):
    generations = [process(30, parent=20), process(31, parent=30), process(32, parent=31)]
    assert among(Family(LEADER, "m"), HUB, LEADER, *generations, process(40)) == [20, 30, 31, 32]


def test_those_of_its_group_belong_to_it_also_without_their_parent(marks):
    orphan = process(30, group=20, session=20)
    assert among(Family(LEADER, "m"), LEADER, orphan, process(31)) == [20, 30]


def test_who_carries_its_mark_belongs_to_it(marks):
    marks |= {30: "m-1", 31: "m-2", 32: "m-1/n-1"}
    assert among(Family(LEADER, "m-1"), LEADER, process(30), process(31), process(32)) == [20, 30, 32]


def test_who_was_seen_once_is_known_for_ever(marks):
    family = Family(LEADER, "m")
    assert among(family, LEADER, process(30, parent=20)) == [20, 30]
    assert among(family, process(30, parent=1)) == [30]
    assert among(family, process(30, parent=1), process(31, parent=30)) == [30, 31]


def test_another_with_a_pid_that_was_known_does_not_belong_to_it(marks):
    family = Family(LEADER, "m")
    assert among(family, LEADER, process(30, parent=20)) == [20, 30]
    assert among(family) == []
    assert among(family, process(30, started=400), process(20, started=400), process(31, group=20, session=20)) == []


def test_nobody_who_is_older_belongs_to_it(marks):
    marks[30] = "m"
    assert among(Family(LEADER, "m"), LEADER, process(30, parent=20, started=100)) == [20]


def test_marks_are_read_once(marks, monkeypatch):
    read = []
    monkeypatch.setattr("hub_launch.run.family.mark_of", lambda pid: read.append(pid) or "")
    family = Family(LEADER, "m")
    for _ in range(3):
        among(family, LEADER, process(30), process(31))
    assert read == [30, 31]


@pytest.mark.parametrize(
    ("found", "mark", "does"),
    [
        ("a-1", "a-1", True),
        ("a-1/b-2", "a-1", True),
        ("c-3/a-1/b-2", "a-1", True),
        ("a-12", "a-1", False),
        ("a", "a-1", False),
        ("", "a-1", False),
        ("", "", False),
        ("a-1", "", False),
    ],
)
def test_a_mark_is_carried_by_children_and_by_those_of_hubs_among_them(found, mark, does):
    assert carries(found, mark) is does


# Real processes

SPREADS = """
import os, sys, time
os.setsid()
if sys.argv[1] == "deaf":
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[1] == "bomb":
    # Bounded, so that a test that goes wrong harms nobody.
    tasks = lambda: int(open("/proc/loadavg").read().split()[3].split("/")[1])
    until, most = time.monotonic() + 20, tasks() + 200
    while time.monotonic() < until and tasks() < most:
        if os.fork():
            time.sleep(0.002)
        else:
            os.setsid()
print("up", flush=True)
time.sleep(60)
"""


@pytest.fixture
def family():
    """Starts a program and returns what it started, as a family. It is killed when the test ends."""
    started = []

    def make(how):
        mark = f"test-{os.getpid()}-{len(started)}"
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", SPREADS, how], stdout=subprocess.PIPE, env={MARK: mark}
        )
        started.append(process)
        one = Family(look_up(process.pid), mark)
        one.process = process
        return one

    yield make
    for process in started:
        process.kill()
        process.communicate()


def test_what_ends_when_asked_is_only_asked(family):
    one = family("polite")
    one.process.stdout.readline()
    end(one.living, 10)
    assert one.process.wait() == -signal.SIGTERM


def test_what_does_not_is_killed(family):
    one = family("deaf")
    one.process.stdout.readline()
    end(one.living, 0.1)
    assert one.process.wait() == -signal.SIGKILL


async def test_what_multiplies_is_killed_to_the_last(family, until):
    one = family("bomb")
    await until(lambda: len(one.living()) > 50)
    kill(one.living, 10)
    assert one.process.wait() == -signal.SIGKILL
    await until(lambda: not one.living())


def test_who_runs_is_known_by_more_than_a_pid(family):
    one = family("polite")
    one.process.stdout.readline()
    now = look_up(one.process.pid)
    assert run_still([now])
    assert not run_still([process(now.pid, started=now.started - 1)])
    kill(one.living, 10)
    one.process.wait()
    assert not run_still([now])
    assert kill(one.living, 10) == []
