import json
import subprocess
import sys

import pytest

import hub_launch.children.module as module_child
from hub_launch.children.module import LoadError, load_server

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
    ("entrypoint", "instructions"), [([], "the object"), (["async_factory"], "the async factory")], ids=str
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


# Imports nothing that takes a second.
WITHOUT_SERVERS = """
nothing = 42

def number():
    return 42

def factory():
    raise AssertionError("nobody asked for it")

def broken():
    raise ImportError("no module named torch")

async def broken_later():
    import asyncio
    await asyncio.sleep(0)
    return {}["key"]

def leaving():
    raise SystemExit("bye")

def demanding(name):
    return name
"""

BROKEN = {
    "weather": WITHOUT_SERVERS,
    "needy": "import torch_of_nobody",
    "bad_syntax": "def (",
    "bad_import": "import os\nos.environ['A_VARIABLE']",
    "leaving_import": "import sys; sys.exit(3)",
}


def run(package, *arguments):
    for name, code in BROKEN.items():
        (package / f"{name}.py").write_text(code)
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
        (["nowhere"], "there is no module nowhere in "),
        (
            ["weather.nowhere"],
            "there is no module weather.nowhere in ",
        ),
        (["needy"], "needy needs the module torch_of_nobody, which is not installed"),
        (["bad_syntax"], "bad_syntax cannot be imported: SyntaxError: "),
        (["bad_import"], "bad_import cannot be imported: KeyError: 'A_VARIABLE' (bad_import.py, line 2)"),
        (["leaving_import"], "leaving_import cannot be imported: SystemExit: 3"),
        (["weather", "missing"], "weather has no missing"),
        (["weather", "facotry"], "weather has no facotry; did you mean factory?"),
        (["weather", "nothing"], "weather: nothing is a int, not an MCP server"),
        (["weather", "number"], "weather: number is a int, not an MCP server"),
        (["weather", "broken"], "weather: broken raised ImportError: no module named torch (weather.py, line "),
        (["weather", "broken_later"], "weather: broken_later raised KeyError: 'key' (weather.py, line "),
        (["weather", "leaving"], "weather: leaving raised SystemExit: bye"),
        (["weather", "demanding"], "weather: demanding raised TypeError: demanding() missing 1 required positional"),
        (["json"], "json has no server under a usual name (mcp, server, app, create_server, create_mcp, create_app, "),
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


class Server:
    def __init__(self, name):
        self.name = name

    def run(self):
        raise AssertionError("it is not started yet")

    def list_tools(self):
        raise AssertionError("it is not asked yet")


class WebApplication:
    def __call__(self):
        raise AssertionError("it is no factory")

    def run(self):
        raise AssertionError("it is no server")


@pytest.fixture
def made(monkeypatch):
    """An empty module `made`."""
    module = type(json)("made")
    monkeypatch.setitem(sys.modules, "made", module)
    return module


@pytest.mark.parametrize(
    ("entrypoint", "name"),
    [
        ("", "the object"),
        ("mcp", "the object"),
        ("second", "another object"),
        ("factory", "the factory"),
        ("async_factory", "the async factory"),
    ],
)
async def test_the_object_or_function_that_is_named_is_taken(made, entrypoint, name):
    async def async_factory():
        return Server("the async factory")

    made.mcp, made.second, made.async_factory = Server("the object"), Server("another object"), async_factory
    made.factory = lambda: Server("the factory")
    assert (await load_server("made", entrypoint)).name == name


async def test_the_usual_names_are_tried_in_their_order(made):
    made.get_app = lambda: Server("get_app")
    assert (await load_server("made")).name == "get_app"
    made.make_server = lambda: Server("make_server")
    assert (await load_server("made")).name == "make_server"
    made.create_server = lambda: Server("create_server")
    assert (await load_server("made")).name == "create_server"
    made.app = Server("app")
    assert (await load_server("made")).name == "app"
    made.mcp = lambda: Server("mcp")
    assert (await load_server("made")).name == "mcp"


async def test_what_only_has_a_usual_name_is_passed_over(made):
    made.mcp, made.app = json, WebApplication()
    made.create_server = lambda: Server("created")
    assert (await load_server("made")).name == "created"


async def test_one_server_under_any_name_is_found_and_of_two_one_must_be_named(made):
    made.forecasts = Server("forecasts")
    assert (await load_server("made")).name == "forecasts"
    made.warnings = Server("warnings")
    with pytest.raises(LoadError, match="made has several servers, forecasts, warnings; name one as entrypoint"):
        await load_server("made")
    assert (await load_server("made", "warnings")).name == "warnings"


SDK = """
from mcp.server.mcpserver import MCPServer

mcp = MCPServer("sdk")

@mcp.tool()
def add(a: int) -> int:
    return a + 1
"""


async def test_a_server_of_the_sdk_is_served_too(child, package, call):
    (package / "sdk.py").write_text(SDK)
    backend = await child(OURS, "sdk", PYTHONPATH=str(package))
    assert (await call(backend, "add", a=1)).content[0].text == "2"
