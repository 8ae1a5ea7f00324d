"""FastMCP servers are found in the text of Python files, and nothing of them is run."""

import subprocess
import sys

import pytest

from hub_launch.discovery import python_files


@pytest.fixture
def project(tmp_path):
    """Writes the files of a folder."""

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(text)
        return tmp_path

    return write


def found_in(text, project):
    return python_files.find(project(server=text)).found


@pytest.mark.parametrize(
    "text",
    [
        "from fastmcp import FastMCP\nx = FastMCP('My Notes')",
        "import fastmcp\nx = fastmcp.FastMCP(name='My Notes')",
        "import fastmcp as fm\nx: object = fm.FastMCP('My Notes')",
        "from fastmcp import FastMCP as Hub\nx = Hub(name='My Notes')",
        "from mcp.server.fastmcp import FastMCP\nx = FastMCP('My Notes')",
        "from mcp.server import MCPServer\nx = MCPServer('My Notes')",
        "import mcp.server.lowlevel\nx = mcp.server.lowlevel.Server('My Notes')",
        "from mcp import server\nx = server.Server('My Notes')",
        "import fastmcp\nx = fastmcp.FastMCP.from_openapi({}, name='My Notes')",
    ],
)
def test_a_server_is_known_by_its_class_however_it_was_imported(text, project):
    (one,) = found_in(text, project)
    assert one.id == "my-notes"
    assert one.where.endswith("server.py:x")
    assert one.server["args"][-2:] == [str(project() / "server.py"), "x"]


@pytest.mark.parametrize(
    "text",
    [
        "class FastMCP: ...\nx = FastMCP('mcp')",
        "from other import FastMCP\nx = FastMCP('mcp')",
        "from .fastmcp import FastMCP\nx = FastMCP('mcp')",
        "# from fastmcp import FastMCP; x = FastMCP()",
        "from fastmcp import FastMCP\ndef make():\n    return FastMCP('mcp')",
    ],
)
def test_what_only_looks_like_one_is_none(text, project):
    assert found_in(text, project) == ()


def test_a_file_that_starts_itself_is_started_as_it_is(project):
    text = "from fastmcp import FastMCP\ndef main():\n    FastMCP('a').run()\nif __name__ == '__main__':\n    main()\n"
    (one,) = found_in(text, project)
    assert one.server == {"command": sys.executable, "args": [str(project() / "server.py")], "cwd": str(project())}


def test_nothing_of_a_file_is_run(project):
    folder = project(server="from fastmcp import FastMCP\nopen('run', 'w')\nx = FastMCP()\nraise SystemExit(3)\n")
    assert [one.id for one in python_files.find(folder).found] == ["server"]
    assert not (folder / "run").exists()


def test_the_interpreter_is_that_of_the_project(project):
    folder = project(server="from fastmcp import FastMCP\nx = FastMCP()")
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").touch()
    (one,) = python_files.find(folder).found
    assert one.server["command"] == str(folder / ".venv" / "bin" / "python")


def test_other_peoples_code_is_left_out_and_a_broken_file_is_named(project):
    folder = project(broken="import mcp\nx = (\n", odd="import mcp\nx = '\\d'\n")
    for name in ("node_modules", ".git", "env"):
        (folder / name).mkdir()
        (folder / name / "server.py").write_text("from fastmcp import FastMCP\nx = FastMCP()")
    (folder / "env" / "pyvenv.cfg").touch()
    outcome = python_files.find(folder)
    assert outcome.found == ()
    assert [note.partition(":")[0] for note in outcome.notes] == [str(folder / "broken.py")]


def test_nested_beyond_what_python_reads_is_a_note(project):
    outcome = python_files.find(project(deep="mcp = " + "(" * 5000 + ")" * 5000))
    assert outcome.found == ()
    assert len(outcome.notes) == 1


def test_a_server_that_was_found_answers(project):
    text = "from fastmcp import FastMCP\nnotes = FastMCP('notes')\n@notes.tool\ndef add() -> int:\n    return 1\n"
    (one,) = found_in(text, project)
    hello = (
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},'
        '"clientInfo":{"name":"t","version":"1"}}}\n'
    )
    command = [one.server["command"], *one.server["args"]]
    done = subprocess.run(command, input=hello, capture_output=True, text=True, cwd=one.server["cwd"], timeout=60)
    assert '"name":"notes"' in done.stdout.replace(" ", ""), done.stderr
