"""The benchmark of hubs, with ours alone and few calls: its numbers are nobody's concern here."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "hub.py"


def test_our_hub_is_measured_beside_its_servers(tmp_path):
    results = tmp_path / "new" / "results.json"
    done = subprocess.run(
        [sys.executable, SCRIPT, "calls", "--quick", "--rounds", "1", "--save", results, "--peers"],
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    (calls,) = json.loads(results.read_text())["sections"]
    assert set(calls["median"]) == {"hub-launch, older client", "hub-launch, newer client", "directly"}
    assert calls["missing"] == {}
    assert all(number > 0 for row in calls["median"].values() for number in row.values())
    assert {target["met"] for target in calls["targets"]} == {None}, "there is no peer to be compared with"
    assert "| directly |" in done.stdout
    assert "## Targets" in done.stdout
