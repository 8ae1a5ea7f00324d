"""Benchmarks are listed, and say what they measure."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
SCRIPTS = sorted(FOLDER.glob("*.py"))


def test_every_benchmark_is_on_the_page():
    page = (FOLDER / "README.md").read_text()
    assert SCRIPTS
    assert [path.name for path in SCRIPTS if f"| `{path.name}` |" not in page] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_benchmark_explains_itself(script):
    ran = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert "usage:" in ran.stdout
