"""The runner, with our hub alone and few calls: its numbers are nobody's concern here."""

import subprocess
import sys
from pathlib import Path

from hub_build.measured.files import read_results

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "run.py"


def run(*words, **options):
    command = [sys.executable, SCRIPT, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=180, **options)


def test_a_benchmark_that_fails_is_reported_and_the_others_are_written(tmp_path):
    to = tmp_path / "new" / "results"
    nowhere = {"PATH": "/nowhere"}
    done = run("catalog", "calls", "--quick", "--rounds", "1", "--to", to, "--peers", env=nowhere)
    assert done.returncode == 1
    assert "FAILED catalog: ended with 1" in done.stdout
    assert "there is no Chromium here" in done.stderr
    (result,) = read_results(to)
    (table,) = result.tables
    assert {row.name for row in table.rows} == {"hub-launch, older client", "hub-launch, newer client", "directly"}
    assert not table.missing
    assert all(number.median > 0 for row in table.rows for number in row.numbers.values())
    assert {goal.met for goal in table.goals} == {None}, "there is no peer to be compared with"
    assert result.machine.cores > 0
    assert "| directly |" in done.stdout
