"""The launcher as users start it, on a machine where much is wrong."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

SERVERS = Path(__file__).parent / "servers"
PATIENCE_SECONDS = 60
# What the project promises for Ctrl-C, however servers resist.
STOP_SECONDS = 10
SECRET = "hush-0123456789abcdef"
LAUNCHER = [sys.executable, "-P", "-c", "from hub_launch.cli.main import entrypoint; entrypoint()"]


@pytest.fixture
def mcp_json(tmp_path):
    """An editor's mcp.json: name -> a program of `servers/` and its arguments, or the server's whole entry."""

    def write(**servers):
        path = tmp_path / "mcp.json"
        path.write_text(json.dumps({"mcpServers": {name: _entry(what) for name, what in servers.items()}}))
        return str(path)

    return write


def _entry(what):
    if isinstance(what, dict):
        return what
    program, *arguments = what
    words = ["-s", "-E", str(SERVERS / program), *arguments]
    return {"command": sys.executable, "args": words, "env": {"KEY": SECRET}}


@pytest.fixture
def environ(tmp_path):
    """The user's environment, with state of the launcher's own."""
    usual = {key: value for key, value in os.environ.items() if not key.startswith("HUB_")}
    own = {f"HUB_{name}_DIR": str(tmp_path / name.lower()) for name in ("CACHE", "STATE", "CONFIG")}
    return usual | own | {"PYTHONUNBUFFERED": "1"}


class Launched:
    """A running launcher, and what it printed."""

    def __init__(self, path, environ, cwd, *words):
        self._path = path
        with path.open("wb") as out:
            self.process = subprocess.Popen(
                [*LAUNCHER, *words, "--yes", "--port", "0"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environ, cwd=cwd, start_new_session=True,
            )  # fmt: skip

    @property
    def said(self):
        return self._path.read_text(encoding="utf-8")

    def wait_for(self, pattern):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := re.search(pattern, self.said, re.MULTILINE)):
            ended = self.process.poll() is not None
            assert not ended, f"ended with {self.process.returncode} before /{pattern}/:\n{self.said}"
            assert time.monotonic() < deadline, f"no /{pattern}/:\n{self.said}"
            time.sleep(0.05)
        return found

    @property
    def address(self):
        return self.wait_for(r"^MCP endpoint\s+(\S+)/mcp ").group(1)


@pytest.fixture
def launched(tmp_path, environ):
    """Starts the launcher in a folder."""
    running = []

    def start(*words, cwd=tmp_path, **more):
        running.append(Launched(tmp_path / f"said-{len(running)}", environ | more, cwd, *words))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.wait(PATIENCE_SECONDS)


async def echo(address, word):
    async with Client(StreamableHttpTransport(f"{address}/mcp"), timeout=PATIENCE_SECONDS) as client:
        return (await client.call_tool("good_echo", {"say": word})).content[0].text.split()[-1]


def test_what_strangers_say_is_safe_on_a_terminal_and_holds_no_secret(launched, mcp_json):
    file = mcp_json(
        good=["_good.py"],
        hidden=["hidden_text.py"],
        names=["names_that_are_none.py"],
        last=["last_words_with_commands.py"],
        key=["echoes_secret.py", "exit"],
        refused=["echoes_secret.py", "error"],
    )
    hub = launched("--mcp-json", file)
    assert asyncio.run(echo(hub.address, "word")) == "word"
    hub.wait_for(r"^last: failed: exited with code 9")
    hub.wait_for(r"^key: failed: exited with code 1: error: bad key \*\*\*")
    hub.wait_for(r"^refused: failed: ")
    assert [line for line in hub.said.splitlines() if not line.isprintable()] == []
    assert SECRET not in hub.said


def test_programs_that_are_missing_keep_nobody_else_from_starting(launched, mcp_json):
    missing = {name: {"command": f"{name}-that-is-missing"} for name in ("npx", "uvx", "docker")}
    hub = launched("--mcp-json", mcp_json(good=["_good.py"], **missing))
    assert asyncio.run(echo(hub.address, "word")) == "word"
    for name in missing:
        hub.wait_for(rf"^{name}: failed: .*{name}-that-is-missing")


def test_a_program_in_the_working_folder_does_not_take_the_place_of_the_real_one(launched, mcp_json, tmp_path):
    folder, real = tmp_path / "strangers", tmp_path / "bin"
    for place in (folder, real):
        place.mkdir()
    (folder / "npx").write_text(f"#!/bin/sh\necho owned > {tmp_path}/owned\n")
    (real / "npx").write_text(f"#!/bin/sh\nexec {sys.executable} -s -E {SERVERS}/_good.py\n")
    for place in (folder, real):
        (place / "npx").chmod(0o755)
    path = os.pathsep.join([".", "", "./", str(real), os.environ["PATH"]])
    hub = launched("--mcp-json", mcp_json(good={"command": "npx"}), cwd=folder, PATH=path)
    assert asyncio.run(echo(hub.address, "word")) == "word"
    assert not (tmp_path / "owned").exists()
    assert str(real / "npx") in hub.said


def test_a_second_ctrl_c_neither_hastens_the_end_nor_leaves_anything(launched, mcp_json):
    hub = launched("--mcp-json", mcp_json(good=["_good.py"], evil=["ignores_sigterm.py"], too=["ignores_sigterm.py"]))
    hub.wait_for(r"^Ready\.")
    children = _below(hub.process.pid)
    assert len(children) >= 5
    hub.process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    hub.process.send_signal(signal.SIGINT)
    assert hub.process.wait(STOP_SECONDS) in (0, 130)
    assert not {pid for pid in children if _runs(pid)}


def _below(pid):
    if not Path("/proc/self/stat").exists():
        pytest.skip("processes are looked up in /proc, which only Linux has")
    children = [
        int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()
    ]
    return {*children, *(below for child in children for below in _below(child))}


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_home_that_cannot_be_written_to_does_not_stop_the_hub(launched, mcp_json, tmp_path):
    # A file where a folder should be: not even a superuser writes below it.
    (tmp_path / "home").write_text("")
    home = {"HOME": str(tmp_path / "home"), "XDG_STATE_HOME": ""}
    folders = {f"HUB_{name}_DIR": str(tmp_path / "home" / name) for name in ("CACHE", "STATE", "CONFIG")}
    hub = launched("--mcp-json", mcp_json(good=["_good.py"]), **home, **folders)
    assert asyncio.run(echo(hub.address, "word")) == "word"


async def test_an_editors_hub_serves_beside_hostile_servers(mcp_json, environ, tmp_path):
    """Over standard input and output, where one stray byte of a child would end the conversation."""
    file = mcp_json(
        good=["_good.py"],
        banner=["banner_on_stdout.py"],
        noise=["broken_utf8.py"],
        dies=["dies_in_call.py"],
        twice=["answers_twice.py"],
        asks=["asks_the_hub.py"],
        gone=["exits_at_once.py", "1"],
    )
    words = [*LAUNCHER[1:], "--stdio", "--yes", "--mcp-json", file]
    hub = StdioTransport(LAUNCHER[0], words, env=environ, log_file=tmp_path / "said", keep_alive=False)
    async with Client(hub, init_timeout=PATIENCE_SECONDS, timeout=PATIENCE_SECONDS) as client:
        listed = {tool.name for tool in await client.list_tools()}
        assert listed == {"good_echo", "banner_act", "noise_act", "dies_act", "twice_act", "asks_act"}
        for name in sorted(listed - {"good_echo"}):
            await client.call_tool_mcp(name, {})
        gone = await client.call_tool_mcp("gone_act", {})
        assert "server 'gone' is failed: exited with code 1" in gone.content[0].text
        answer = await client.call_tool("good_echo", {"say": "after"})
        assert answer.content[0].text.endswith(" after")
