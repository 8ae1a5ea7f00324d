import subprocess
import sys

from hub_launch.install.owners import Owner

KILLED = """
import os, signal, sys
from pathlib import Path
from hub_launch.install.owners import Owner
owner = Owner(Path(sys.argv[1]))
print(owner.token, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_one_that_lives_is_not_gone(tmp_path):
    first, second = Owner(tmp_path), Owner(tmp_path)
    assert first.token != second.token
    assert list(first.gone()) == list(second.gone()) == []


def test_one_that_was_killed_is_gone_and_told_once(tmp_path):
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE, text=True)
    owner = Owner(tmp_path)
    assert list(owner.gone()) == [killed.stdout.strip()]
    assert list(owner.gone()) == []


def test_one_that_ended_in_peace_is_gone_too(tmp_path):
    first, second = Owner(tmp_path), Owner(tmp_path)
    first.release()
    assert list(second.gone()) == [first.token]


def test_a_folder_that_was_emptied_makes_nobody_gone(tmp_path):
    first, second = Owner(tmp_path), Owner(tmp_path)
    for lock in tmp_path.iterdir():
        lock.unlink()
    assert list(first.gone()) == list(second.gone()) == []
