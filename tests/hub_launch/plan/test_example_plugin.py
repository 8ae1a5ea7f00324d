"""The plug-in of the documentation, installed by pip and started by the launcher."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[3] / "examples" / "plugin"

SERVER = f"""#!{sys.executable}
from fastmcp import FastMCP
import os, sys

mcp = FastMCP("weather")

@mcp.tool
def seen() -> str:
    return f"{{sys.argv[1:]}} {{os.environ.get('WEATHER_KEY')}} {{os.environ.get('OTHER')}}"

mcp.run()
"""


@pytest.mark.e2e
def test_the_example_plug_in_starts_a_program_of_the_users_machine(tmp_path, publish, entry):
    source = shutil.copytree(EXAMPLE, tmp_path / "source")
    target = tmp_path / "plugins"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(source)]
    subprocess.run(install, check=True, timeout=120)
    program = tmp_path / "bin" / "weather-mcp"
    program.parent.mkdir()
    program.write_text(SERVER)
    program.chmod(0o755)
    part = {
        "name": "weather-mcp",
        "arguments": ["--units", "metric"],
        "environmentVariables": [{"name": "WEATHER_KEY", "isSecret": True}],
    }
    site = publish([entry("weather", packages=None, extensions={"program": part})])
    own = {f"HUB_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("CACHE", "STATE", "CONFIG")}
    ran = subprocess.run(
        [str(Path(sys.executable).with_name("hub-launch")), "call", "weather", "seen", "--yes"],
        env={"PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path), "PYTHONPATH": str(target)}
        | own
        | {
            "HUB_SANDBOX": "off",
            "HUB_REGISTRY": str(site),
            "HUB_UNSIGNED": "1",
            "WEATHER_KEY": "hunter2",
            "OTHER": "not for it",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.stdout == "['--units', 'metric'] hunter2 None\n", ran.stderr
    assert "weather: Weather (program)\n" in ran.stderr
    assert f"\n  runs         {program} --units metric\n" in ran.stderr
