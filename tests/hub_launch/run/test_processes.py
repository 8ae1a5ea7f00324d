import os
import signal
import subprocess
import sys

import pytest

from hub_launch.run.processes import (
    MARK,
    Process,
    listed,
    listed_now,
    look_up,
    machine_memory,
    mark_of,
    own_memory,
    send,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's list is Linux'")

WAITS = "import sys; print('up', flush=True); sys.stdin.read()"


@pytest.fixture
def program():
    """Starts programs that wait for the end of their input; returns `Popen`s that are up."""
    started = []

    def make(name=sys.executable, **options):
        process = subprocess.Popen(
            [name, "-I", "-S", "-c", WAITS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options
        )
        started.append(process)
        assert process.stdout.readline() == b"up\n"
        return process

    yield make
    for process in started:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def test_a_process_is_described_as_the_kernel_sees_it(program):
    pid = program(start_new_session=True).pid
    found = look_up(pid)
    assert (found.pid, found.parent, found.group, found.session) == (pid, os.getpid(), pid, pid)
    assert found.started >= look_up(os.getpid()).started
    assert 1_000_000 < found.memory < machine_memory()
    assert listed()[pid].key == listed_now()[pid].key == found.key


def test_a_name_with_parentheses_and_spaces_misleads_nobody(program, tmp_path):
    name = tmp_path / "a) S 1 (b"
    name.symlink_to(sys.executable)
    assert look_up(program(name).pid).parent == os.getpid()


def test_who_has_ended_is_not_listed(program):
    process = program()
    process.stdin.close()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert look_up(process.pid) is None
    assert process.pid not in listed()
    assert mark_of(process.pid) == ""
    assert own_memory(process.pid) is None


def test_a_mark_is_read_from_the_environment_wherever_it_stands(program):
    assert mark_of(program(env={MARK: "abc-1"}).pid) == "abc-1"
    assert mark_of(program(env={"A": "b", MARK: "abc-1", "Z": "z"}).pid) == "abc-1"
    assert mark_of(program(env={f"NO_{MARK}": "abc", "A": f"{MARK}=abc"}).pid) == ""
    assert (
        mark_of(program(env={**dict.fromkeys((f"V{i}" for i in range(15)), "x" * 100_000), MARK: "abc"}).pid) == "abc"
    )


def test_memory_that_is_shared_is_shared_out(program):
    process = program()
    assert 0 < own_memory(process.pid) < look_up(process.pid).memory


def test_a_signal_reaches_its_process(program):
    process = program()
    send(look_up(process.pid), signal.SIGKILL)
    assert process.wait() == -9


def test_a_signal_never_reaches_another_that_has_the_pid_by_now(program):
    process = program()
    now = look_up(process.pid)
    before = Process(now.pid, now.parent, now.group, now.session, now.started - 1, now.memory)
    send(before, signal.SIGKILL)
    process.stdin.close()
    assert process.wait() == 0
    send(now, signal.SIGKILL)


def test_the_same_where_the_kernel_is_old(program, monkeypatch):
    def missing(pid):
        raise OSError

    monkeypatch.setattr(os, "pidfd_open", missing)
    test_a_signal_reaches_its_process(program)
    test_a_signal_never_reaches_another_that_has_the_pid_by_now(program)


def test_the_memory_of_this_machine_is_known():
    assert 2**28 < machine_memory() < 2**50
