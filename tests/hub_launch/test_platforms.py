"""Other systems, as far as this one can tell: without what they lack, everything is imported, and commands that start
nothing do their work. Types are checked for each system by `make check`.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "elsewhere.py"
ENTRY = Path(__file__).parents[1] / "examples/valid"
SECONDS = 120


@pytest.fixture(params=["win32", "darwin"])
def elsewhere(request, tmp_path, monkeypatch):
    """Runs commands there, one after the other; the exit codes, and all that was printed."""
    for name in ("CACHE", "STATE", "CONFIG"):
        monkeypatch.setenv(f"HUB_{name}_DIR", str(tmp_path / name))

    def run(*commands):
        words = [word for command in commands for word in (*command, "--and")][:-1]
        done = subprocess.run(
            [sys.executable, PROGRAM, request.param, *words],
            capture_output=True, text=True, check=False, timeout=SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        codes = [int(line[5:]) for line in done.stdout.splitlines() if re.fullmatch(r"exit \d+", line)]
        return codes, done.stdout + done.stderr

    return run


def test_all_is_imported_and_commands_that_start_nothing_do_their_work(elsewhere, publish, entry, tmp_path):
    folder = str(publish([entry(id="demo", title="A demonstration")]))
    (tmp_path / "mine.yaml").write_bytes(next(ENTRY.glob("*/*.yaml")).read_bytes())
    reading = ("--registry", folder)
    codes, printed = elsewhere(
        ["--help"],
        ["list", *reading],
        ["search", "demonstration", *reading],
        ["info", "demo", *reading],
        ["info", "nobody-has-this", *reading],
        ["publish", str(tmp_path / "mine.yaml"), *reading],
        # No hub runs here; on Windows none takes commands.
        ["status"],
    )
    assert codes == [0, 0, 0, 0, 2, 0, codes[-1]], printed
    assert codes[-1] in (1, 2), printed
    assert "A demonstration" in printed
