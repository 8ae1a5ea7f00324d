import json
import subprocess
import sys

import pytest

import hub_launch.children.module as module_child
from hub_launch.children.module import load_server

SERVER = """
import os, sys
print("loading the model")  # as programs do
from fastmcp import FastMCP

def make(name):
    mcp = FastMCP(name, instructions=name)

    @mcp.tool
    def arguments() -> str:
        return " ".join(sys.argv)

    return mcp

mcp = make("the object")
second = make("another object")

def factory():
    print("made by a factory")
    return make("the factory")

async def async_factory():
    import asyncio
    await asyncio.sleep(0)
    return make("the async factory")

nothing = 42

def number():
    return 42

def broken():
    raise ImportError("no module named torch")
"""

OURS = ("-m", "hub_launch.children.module")


@pytest.fixture
def package(tmp_path):
    """The folder of a module `weather` with servers in it."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "weather.py").write_text(SERVER)
    return folder


@pytest.mark.parametrize(
    ("entrypoint", "instructions"),
    [
        ([], "the object"),
        ([""], "the object"),
        (["mcp"], "the object"),
        (["second"], "another object"),
        (["factory"], "the factory"),
        (["async_factory"], "the async factory"),
    ],
    ids=str,
)
async def test_a_server_object_or_what_a_function_returns_is_served(child, package, entrypoint, instructions):
    backend = await child(OURS, "weather", *entrypoint, PYTHONPATH=str(package))
    # Whatever it printed meanwhile went elsewhere.
    assert backend.link.skipped == 0
    assert backend.offer.instructions == instructions
    assert [tool.name for tool in backend.offer.tools] == ["arguments"]


async def test_what_a_module_prints_while_it_is_loaded_is_in_the_log(child, package, tmp_path):
    backend = await child(OURS, "weather", "factory", PYTHONPATH=str(package))
    await backend.close()
    assert (tmp_path / "child.log").read_text().startswith("loading the model\nmade by a factory\n")


async def test_further_arguments_are_the_servers_command_line(child, package, call):
    backend = await child(OURS, "weather", "", "Rome", "--fast", PYTHONPATH=str(package))
    assert (await call(backend, "arguments")).content[0].text == "weather Rome --fast"


async def test_it_runs_by_its_path_where_the_launcher_is_not_installed(child, package, tmp_path):
    """As in the environment that uv makes: an import of the launcher would fail there."""
    blocked = tmp_path / "blocked" / "hub_launch"
    blocked.mkdir(parents=True)
    (blocked / "__init__.py").write_text("raise ImportError('the launcher is not installed here')")
    path = f"{blocked.parent}:{package}"
    backend = await child((module_child.__file__,), "weather", PYTHONPATH=path)
    assert backend.offer.instructions == "the object"


def run(package, *arguments):
    return subprocess.run(
        [sys.executable, "-P", *OURS, *arguments],
        env={"PYTHONPATH": str(package)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere: No module named 'nowhere'"),
        (["weather", "missing"], "weather: module 'weather' has no attribute 'missing'"),
        (["weather", "nothing"], "weather: nothing is a int, not an MCP server"),
        (["weather", "number"], "weather: number is a int, not an MCP server"),
        (["weather", "broken"], "weather: no module named torch"),
        (["json"], "json: no server: none of mcp, server, app, create_server, create_mcp, build_server is there"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(package, arguments, said):
    ran = run(package, *arguments)
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr.splitlines()[-1].startswith(said)
    assert "Traceback" not in ran.stderr


def test_without_a_module_it_says_how_it_is_used(package):
    ran = run(package)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("usage: ")


def test_the_usual_names_are_tried_in_their_order():
    class Server:
        def __init__(self, name):
            self.name = name

        def run(self):
            raise AssertionError("it is not started yet")

    made = type(json)("made")
    made.create_server = lambda: Server("made")
    assert load_server(made, None).name == "made"
    made.app = Server("app")
    assert load_server(made, None).name == "app"
    made.mcp = Server("mcp")
    assert load_server(made, None).name == "mcp"
