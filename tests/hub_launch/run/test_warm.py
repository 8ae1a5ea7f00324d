import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from hub_launch.errors import HubError
from hub_launch.plan import StdioLaunch
from hub_launch.run.warm import WarmParent, can_fork

SERVER = """
import os, sys
from fastmcp import FastMCP

mcp = FastMCP("forked")

@mcp.tool
def seen() -> dict:
    return {"env": dict(os.environ), "argv": sys.argv, "cwd": os.getcwd(), "pid": os.getpid(), "parent": os.getppid()}

@mcp.tool
def die() -> None:
    os._exit(7)
"""


@pytest.fixture
async def warm(tmp_path):
    """Makes servers of one warm parent, with some variables."""
    (tmp_path / "forked_server.py").write_text(SERVER)
    parent = WarmParent(tmp_path / "warm.log")
    children = []

    async def start(id="one", module="forked_server", **env):
        argv = (sys.executable, "-P", "-m", "hub_launch.children.module", module, "", "--fast")
        launch = StdioLaunch(id, id.title(), "module", argv, env=env, cwd=str(tmp_path / "work" / id))
        child = await parent.spawn(launch, tmp_path / f"{id}.log")
        children.append(child)
        return child

    start.parent = parent
    yield start
    await asyncio.gather(*(child.close() for child in children))
    await parent.close()


@pytest.fixture
def importable(tmp_path, monkeypatch):
    """Modules of the test can be imported by the parent: a launcher's own environment has its modules."""
    monkeypatch.setattr("hub_launch.run.warm._PARENT_ENVIRONMENT", ("HOME", "PATH", "PYTHONPATH"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


async def ask(child, method, **params):
    child.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n")
    await child.stdin.drain()
    async with asyncio.timeout(60):
        while line := await child.stdout.readline():
            if (message := json.loads(line)).get("id") == 1:
                return message["result"]
    raise EOFError


async def seen(child):
    info = {"name": "test", "version": "1"}
    await ask(child, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=info)
    child.stdin.write(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
    return (await ask(child, "tools/call", name="seen", arguments={}))["structuredContent"]


@pytest.mark.usefixtures("importable")
async def test_a_server_has_its_own_environment_and_folder_and_knows_no_others(warm, tmp_path):
    one, two = await warm("one", KEY="hunter2"), await warm("two", OTHER="x")
    first, second = await seen(one), await seen(two)
    defaults = {"FASTMCP_CHECK_FOR_UPDATES": "off", "FASTMCP_SHOW_SERVER_BANNER": "false"}
    assert first["env"] == {"KEY": "hunter2"} | defaults
    assert second["env"] == {"OTHER": "x"} | defaults
    assert first["cwd"] == str(tmp_path / "work" / "one")
    assert first["argv"] == ["forked_server", "--fast"]
    assert first["parent"] == second["parent"] != os.getpid()
    for pid in (first["parent"], first["pid"], second["pid"]):
        assert b"hunter2" not in Path(f"/proc/{pid}/environ").read_bytes()
    # A group of its own, as every child has.
    assert os.getpgid(first["pid"]) == first["pid"]


@pytest.mark.usefixtures("importable")
async def test_it_ends_as_a_process_does(warm, alive):
    one, two = await warm("one"), await warm("two")
    told = await seen(one)
    await seen(two)
    two.stdin.write(b'{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "die"}}\n')
    assert await two.wait() == 7
    assert one.exit_code is None
    await one.close()
    assert not alive(told["pid"])
    assert alive(told["parent"])


async def test_what_cannot_be_served_ends_with_its_reason_in_its_own_log(warm):
    child = await warm(module="nowhere_at_all")
    assert await child.wait() == 1
    assert child.last_words().startswith("there is no module nowhere_at_all in ")


@pytest.mark.usefixtures("importable")
async def test_a_parent_that_died_is_started_again(warm):
    one = await warm("one")
    os.kill((await seen(one))["parent"], signal.SIGKILL)
    assert await one.wait() == -signal.SIGKILL
    two = await warm("two")
    assert (await seen(two))["parent"] != os.getpid()


@pytest.mark.usefixtures("importable")
async def test_when_the_hub_goes_the_parent_and_its_children_go(warm, alive, eventually):
    child = await warm("one")
    pids = await seen(child)
    await warm.parent.close()
    await asyncio.to_thread(eventually, lambda: not alive(pids["pid"]) and not alive(pids["parent"]))


async def test_a_parent_that_cannot_be_started_is_an_error_that_names_the_server(warm, monkeypatch):
    monkeypatch.setattr("hub_launch.run.warm._START", ("-c", "pass", "-m"))
    with pytest.raises(HubError, match="one cannot be forked"):
        await warm("one")


@pytest.mark.parametrize(
    ("argv", "env", "forked"),
    [
        ((sys.executable, "-P", "-m", "hub_launch.children.openapi", "--name", "x"), {}, True),
        ((sys.executable, "-P", "-m", "hub_launch.children.module", "x"), {"KEY": "1"}, True),
        ((sys.executable, "-P", "-m", "hub_launch.children.warm"), {}, False),
        ((sys.executable, "-P", "-m", "evil"), {}, False),
        ((sys.executable, "-P", "-m"), {}, False),
        (("/opt/other/python", "-P", "-m", "hub_launch.children.module", "x"), {}, False),
        (("/usr/bin/bwrap", sys.executable, "-P", "-m", "hub_launch.children.module", "x"), {}, False),
        ((sys.executable, "-P", "-m", "hub_launch.children.module", "x"), {"FASTMCP_LOG_LEVEL": "DEBUG"}, False),
        ((sys.executable, "-P", "-m", "hub_launch.children.module", "x"), {"PYTHONPATH": "/x"}, False),
    ],
)
def test_only_our_own_programs_in_this_very_interpreter_are_forked(argv, env, forked):
    assert can_fork(StdioLaunch("a", "A", "module", argv, env=env)) is forked
