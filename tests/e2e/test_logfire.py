"""Logfire, installed as its extra does, but not beside the tests: every program that uses pydantic would load it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

PROGRAM = """
from hub_launch.hub.exporting import logfire
from hub_launch.hub.telemetry import Telemetry
from hub_launch.run.messages import fields_of, raw
from hub_launch.run.observing import Asked, Origin, Watch
with logfire():
    watch = Watch([Telemetry()], Asked("files", "tools/call", fields_of(raw({"name": "read"})), Origin()))
    watch.over("done")
from opentelemetry import trace
print(type(trace.get_tracer_provider()).__module__)
"""


@pytest.fixture(scope="module")
def installed(scripts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logfire")
    # What is beside it is what the tests have: another protobuf or SDK would be another test.
    subprocess.run(
        [scripts / "uv", "pip", "install", "--quiet", "--target", folder, "logfire>=4"], check=True, timeout=300
    )
    return folder


def test_traces_go_to_logfire_as_its_own_variables_say(installed: Path, tmp_path: Path) -> None:
    def run(**variables: str) -> subprocess.CompletedProcess[str]:
        # Logfire sends nothing by itself from a test.
        usual = {key: value for key, value in os.environ.items() if not key.startswith(("LOGFIRE_", "PYTEST_"))}
        own = {"PYTHONPATH": str(installed), "LOGFIRE_CREDENTIALS_DIR": str(tmp_path)}
        return subprocess.run(
            [sys.executable, "-c", PROGRAM], env=usual | own | variables, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=120, cwd=tmp_path,
        )  # fmt: skip

    quiet = run(LOGFIRE_SEND_TO_LOGFIRE="false")
    assert quiet.returncode == 0, quiet.stderr
    assert quiet.stdout.startswith("logfire.")
    assert "HubError: --logfire: " in run().stderr
