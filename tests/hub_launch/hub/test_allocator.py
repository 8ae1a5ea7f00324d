"""What large messages took of the memory is the system's again when they are gone."""

import platform
import subprocess
import sys

import pytest

from hub_launch.hub.allocator import give_back_large_blocks

# Megabytes that stay when blocks of 2 MB are gone between which small ones were kept, after one large block was freed.
LEFT = """
import resource, sys
from pathlib import Path
from hub_launch.hub.allocator import LARGE_BYTES, give_back_large_blocks

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20

if sys.argv[1] == "told":
    give_back_large_blocks()
bytes(b"x" * (30 * LARGE_BYTES))
before, kept = resident(), []
for _ in range(20):
    large = bytearray(b"x" * (2 * LARGE_BYTES))
    kept += [large, [bytearray(b"x" * 2000) for _ in range(50)]]
del kept[::2], large
print(resident() - before)
"""


def left(how):
    ran = subprocess.run([sys.executable, "-c", LEFT, how], capture_output=True, text=True, check=True, timeout=60)
    return float(ran.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="no glibc, which has to be told")
def test_large_blocks_are_given_back_though_small_ones_between_them_stay():
    assert left("told") < 10 < 30 < left("by itself")


def test_elsewhere_nothing_is_said(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not give_back_large_blocks()


def test_a_library_without_it_is_left_alone(monkeypatch):
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    assert not give_back_large_blocks()
