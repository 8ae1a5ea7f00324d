"""A hub under load while its servers are killed at random; `make soak` is the long form."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "soak.py"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the soak reads /proc, which only Linux has")
def test_every_call_gets_its_answer_or_a_clear_error_and_nothing_is_left():
    done = subprocess.run(
        [sys.executable, SCRIPT, "--short", "--seed", "1"], capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
