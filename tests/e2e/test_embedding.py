"""The examples of a hub within a program, each as its reader runs it."""

import ast
import inspect
import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

pytestmark = pytest.mark.e2e

EXAMPLES = Path(__file__).parents[2] / "examples" / "embedding"
# The packages are installed meanwhile.
PATIENCE_SECONDS = 300


@pytest.fixture
def surroundings(environment, site):
    """A user's environment in which the registry is the project's own, and unsigned."""
    return environment | {"HUB_REGISTRY": str(site)}


def test_a_web_application_calls_tools_and_serves_them(surroundings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "warning"]
    program = subprocess.Popen(words, cwd=EXAMPLES, env=surroundings)
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _answers(address):
            assert program.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert "T" in httpx2.get(f"{address}/time/Europe/Paris", timeout=PATIENCE_SECONDS).json()
        assert httpx2.get(f"{address}/time/Middle/Earth", timeout=PATIENCE_SECONDS).status_code == 404
        assert httpx2.get(f"{address}/hub/v0/status").json()["servers"][0]["id"] == "time"
    finally:
        program.terminate()
        assert program.wait(PATIENCE_SECONDS) is not None


def _answers(address):
    try:
        return httpx2.get(f"{address}/hub/v0/ping", timeout=5).status_code == 200
    except httpx2.TransportError:
        return False


def test_tests_have_a_hub_of_their_own(surroundings, tmp_path):
    shutil.copy(EXAMPLES / "test_with_servers.py", tmp_path)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_with_servers.py"]
    done = subprocess.run(
        words, cwd=tmp_path, env=surroundings, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


async def test_a_notebook_starts_and_ends_one(surroundings, monkeypatch, capsys):
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    cells = json.loads((EXAMPLES / "notebook.ipynb").read_text())["cells"]
    names = {}
    values = [await _run(cell["source"], names) for cell in cells if cell["cell_type"] == "code"]
    assert "mcp-server-time" in capsys.readouterr().out
    assert values[0] == ["time_get_current_time", "time_convert_time"]
    assert "21:00" in str(values[1])
    assert values[2] == {"time": "ready, 2 tools"}


async def _run(source, names):
    """A cell as notebooks run it: with `await` wherever one likes, and the value of the last line."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    value = None
    for part, mode in ((tree, "exec"), (last and ast.Expression(last.value), "eval")):
        if part is not None:
            value = eval(compile(part, "cell", mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)  # noqa: S307 (our own)
            value = await value if inspect.iscoroutine(value) else value
    return value
