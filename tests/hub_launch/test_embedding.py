"""A hub inside a program: planned, agreed to, called, mounted and ended from Python."""

import subprocess
import sys

import httpx2
import pytest
from fastapi import FastAPI

import hub_launch
from hub_launch import Hub, ToolError
from hub_launch.errors import ExitCode, HubError

ECHO = """
from fastmcp import FastMCP

mcp = FastMCP("echo")


@mcp.tool
def say(text: str, times: int = 1) -> str:
    return text * times


@mcp.tool
def fail() -> str:
    raise ValueError("it was to be so")


mcp.run(show_banner=False)
"""

ACCEPT = {"accept": "application/json, text/event-stream"}


def _request(method, params):
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


@pytest.fixture
def echo(tmp_path):
    """A server of the program's own, in the words of an mcp.json."""
    (tmp_path / "echo.py").write_text(ECHO)
    return {"echo": {"command": sys.executable, "args": [str(tmp_path / "echo.py")]}}


@pytest.fixture
def hub(echo, settings):
    """Makes a hub that has it."""
    return lambda **more: Hub(own=echo, settings=settings, **{"approve": True, **more})


async def test_tools_are_called_by_the_names_that_clients_know(hub):
    async with hub() as running:
        assert {tool["name"] for tool in running.tools} == {"echo_say", "echo_fail"}
        result = await running.call("echo_say", text="ha", times=2)
        assert (result.text, result.structured, result.is_error) == ("haha", {"result": "haha"}, False)
        assert (await running.call("echo_say", {"text": "so"})).text == "so"
        assert running.servers["echo"].state == "ready"


async def test_what_goes_wrong_is_raised_or_told_as_one_wants(hub):
    async with hub() as running:
        with pytest.raises(ToolError, match="it was to be so"):
            await running.call("echo_fail")
        assert (await running.call("echo_fail", raise_on_error=False)).is_error
        with pytest.raises(ToolError, match="echo_say"):
            await running.call("echo_sya")


async def test_nothing_starts_that_nobody_agreed_to(hub):
    with pytest.raises(HubError, match=r"echo\.py") as refused:
        await hub(approve=False).start()
    assert refused.value.code == ExitCode.CONSENT
    shown = []
    with pytest.raises(HubError):
        await hub(approve=lambda text: shown.append(text)).start()
    assert "echo.py" in shown[0]
    async with hub(approve=lambda text: True):
        pass
    # Agreed to once: the user's lock has it now.
    async with hub(approve=False) as running:
        assert running.servers["echo"].state == "ready"


async def test_servers_of_a_registry_take_parameters(publish, entry, settings):
    publish([entry("time")])
    with pytest.raises(HubError, match="tiem"):
        await Hub("tiem", settings=settings).start()
    with pytest.raises(HubError, match="memory"):
        await Hub("time", parameters={"memory": {"a": "b"}}, settings=settings).start()
    with pytest.raises(HubError, match="time has no parameter 'zone'"):
        await Hub("time", parameters={"time": {"zone": "UTC"}}, settings=settings).start()


async def test_a_configuration_is_started_as_run_starts_it(echo, settings, tmp_path):
    words = "\n".join(f"      - {word}" for word in echo["echo"]["args"])
    text = f"servers:\n  mine:\n    command: {sys.executable}\n    args:\n{words}\nprofiles:\n  none: []\n"
    (tmp_path / "hub.yaml").write_text(text)
    async with Hub(config=tmp_path / "hub.yaml", approve=True, settings=settings) as running:
        assert (await running.call("mine_say", text="hi")).text == "hi"
    with pytest.raises(HubError, match="has no servers"):
        await Hub(config=tmp_path / "hub.yaml", profile="none", settings=settings).start()


async def test_it_is_mounted_where_one_likes(hub):
    app = FastAPI()
    async with hub() as running:
        app.mount("/tools", running.app)
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            assert (await client.get("/tools/v0/ping")).json()["pong"] is True
            hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}
            greeted = await client.post("/tools/mcp", json=_request("initialize", hello), headers=ACCEPT)
            session = {"mcp-session-id": greeted.headers["mcp-session-id"]}
            call = _request("tools/call", {"name": "echo_say", "arguments": {"text": "hi"}})
            answer = await client.post("/tools/mcp", json=call, headers=ACCEPT | session)
            assert answer.json()["result"]["content"] == [{"type": "text", "text": "hi"}]
            assert (await client.get("/tools/servers/none/mcp")).status_code == 404


async def test_outside_of_its_time_it_says_so(hub):
    made = hub()
    with pytest.raises(HubError, match="not running"):
        made.tools  # noqa: B018
    async with made as running:
        with pytest.raises(HubError, match="running already"):
            await made.start()
    with pytest.raises(HubError, match="not running"):
        await running.call("echo_say", text="late")


def test_a_program_that_only_asks_for_the_version_loads_nothing_else():
    code = "import sys, hub_launch; print(hub_launch.__version__); assert 'pydantic' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == hub_launch.__version__
    with pytest.raises(AttributeError, match="no attribute 'Hubb'"):
        hub_launch.Hubb  # noqa: B018
