"""The first process of a container: what ends is taken notice of, signals arrive, and codes are passed back."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

SECONDS = 30
# A new list of processes, of which the program is the first, as in a container.
AS_FIRST = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc")
BEGIN = "import os, signal, subprocess, sys, time\nfrom hub_launch.cli.pid1 import step_aside\nstep_aside()\n"
# `sh` ends at once, and process 1 becomes the parent of what it started.
ORPHANS = """
for _ in range(5):
    subprocess.run(["sh", "-c", "sleep 0.01 &"], check=True)
while (left := {int(name) for name in os.listdir("/proc") if name.isdigit()} - {1, os.getpid()}):
    time.sleep(0.01)
print("nobody is left")
"""
STOPPED = """
def stop(number, frame):
    print("was told", signal.Signals(number).name)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
os.kill(1, signal.SIGTERM)
time.sleep(60)
"""


@pytest.fixture
def first():
    """Runs a program as process 1; its exit code and what it printed."""
    if shutil.which("unshare") is None or subprocess.run([*AS_FIRST, "true"], capture_output=True).returncode:
        pytest.skip("no program can be the first process of anything here: unshare does not work")

    def run(program):
        done = subprocess.run(
            [*AS_FIRST, sys.executable, "-c", BEGIN + program],
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        assert not done.stderr
        return done.returncode, done.stdout.strip()

    return run


def test_the_hub_is_not_the_first_process_itself(first):
    assert first("print(os.getpid(), os.getppid(), os.getpgrp() == os.getpid())") == (0, "2 1 True")


def test_orphans_that_ended_are_taken_notice_of(first):
    assert first(ORPHANS) == (0, "nobody is left")


def test_signals_are_passed_on(first):
    assert first(STOPPED) == (0, "was told SIGTERM")


@pytest.mark.parametrize(("program", "code"), [("sys.exit(7)", 7), ("os.kill(os.getpid(), 9)", 128 + signal.SIGKILL)])
def test_how_the_hub_ended_is_how_the_container_ends(first, program, code):
    assert first(program) == (code, "")


def test_anywhere_else_nothing_happens():
    program = "print(os.getpid() == int(sys.argv[1]))"
    done = subprocess.Popen(
        ["sh", "-c", 'exec "$0" -c "$1" $$', sys.executable, BEGIN + program], stdout=subprocess.PIPE, text=True
    )
    assert done.communicate(timeout=SECONDS)[0].strip() == "True"
    assert os.getpid() != 1
