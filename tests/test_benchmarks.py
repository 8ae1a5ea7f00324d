"""Benchmarks are listed, and say what they measure."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
SCRIPTS = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_explains_itself_and_is_on_the_page(script):
    ran = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert "usage:" in ran.stdout
    assert f"`{script.name}`" in (FOLDER / "README.md").read_text()
