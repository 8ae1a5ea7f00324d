"""The README's first command, on a machine that has Python, git and make and nothing else."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from fastmcp import Client

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("make")]


@pytest.fixture(scope="module")
def hub_command(fresh_clone, bare_path, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    names = [name for name in os.environ if name.lower().startswith(("pip_", "ssl_", "http", "no_proxy", "node_extra"))]
    environment = {name: os.environ[name] for name in names} | {
        "PATH": bare_path,
        "HOME": str(home),
        # What it starts compiles what it loads, which is little of it.
        "PIP_COMPILE": "0",
        "HUB_STATE_DIR": str(home / "state"),
        "HUB_CACHE_DIR": str(home / "cache"),
    }
    return ["make", "hub", "ARGS=--port 0"], {"cwd": fresh_clone, "env": environment}


async def test_make_hub_serves_real_servers_from_nothing(hub_command, start_hub, tree, inspector):
    command, options = hub_command
    hub = start_hub(command, **options)
    address = hub.ready()
    for server in ("everything", "filesystem", "time", "memory"):
        assert f"{server}: ready" in hub.output

    async with Client(f"{address}/mcp") as client:
        tools = {tool.name for tool in await client.list_tools()}
        assert {"everything_echo", "filesystem_list_directory", "time_get_current_time"} <= tools
        time = await client.call_tool("time_get_current_time", {"timezone": "Europe/Paris"})
        assert "Europe/Paris" in time.content[0].text
        echo = await client.call_tool("everything_echo", {"message": "hello"})
        assert "hello" in echo.content[0].text
        files = await client.call_tool("filesystem_list_directory", {"path": str(options["cwd"])})
        assert "README.md" in files.content[0].text
    async with Client(f"{address}/servers/time/mcp") as client:
        assert "get_current_time" in {tool.name for tool in await client.list_tools()}

    # In each era: tests/conformance.
    listed = inspector(f"{address}/mcp", "--method", "tools/list")
    assert listed.returncode == 0, listed.stderr
    assert "time_get_current_time" in {tool["name"] for tool in json.loads(listed.stdout)["tools"]}
    called = inspector(
        f"{address}/servers/time/mcp", "--method", "tools/call",
        "--tool-name", "get_current_time", "--tool-arg", "timezone=Europe/Paris",
    )  # fmt: skip
    assert called.returncode == 0, called.stderr
    assert "Europe/Paris" in called.stdout

    children = tree(hub.process.pid)
    assert children
    # Ctrl-C on a terminal reaches make and everything below it.
    os.killpg(hub.process.pid, signal.SIGINT)
    hub.process.wait(15)
    assert not {pid for pid in children if lives(pid)}


def lives(pid):
    """Whether a process still does anything: one that ended waits in the table until its new parent looks."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_make_hub_takes_other_servers(hub_command, start_hub):
    command, options = hub_command
    hub = start_hub([*command, "IDS=time registry"], **options)
    hub.ready()
    assert "time: ready" in hub.output
    assert "registry: ready" in hub.output, hub.output[-1500:]
    assert "filesystem" not in hub.output
    os.killpg(hub.process.pid, signal.SIGINT)
    hub.process.wait(15)


def test_make_clean_leaves_the_compiler_alone(fresh_clone, bare_path):
    subprocess.run(["make", "clean"], cwd=fresh_clone, env={"PATH": bare_path}, check=True)
    assert (fresh_clone / "build" / "hub_build" / "__init__.py").is_file()
    assert not (fresh_clone / "site").exists()
