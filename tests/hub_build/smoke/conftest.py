"""Small servers that do what a test says, and launches of them."""

import json
import sys

import pytest

from hub_launch.plan import StdioLaunch

SERVER = r"""
import json, os, sys, time

config = json.loads(sys.argv[1])
tools = config.get("tools", [{"name": "echo", "description": "Say it again.", "inputSchema": {"type": "object"}}])


def answer(method, params):
    if method == "initialize":
        info = {"name": "small", "version": "1"}
        offers = {"tools": {}, "resources": {}, "prompts": {}}
        result = {"protocolVersion": "2025-06-18", "capabilities": offers, "serverInfo": info}
        return result | {key: config[key] for key in ("instructions",) if key in config}
    if method == "tools/list":
        return {"tools": tools}
    if method == "prompts/list":
        return {"prompts": [{"name": "b"}, {"name": "a"}]}
    if method == "resources/list":
        return {"resources": [{"uri": "file://" + os.getcwd(), "name": "here"}]}
    if method == "tools/call" and params["name"] == "echo":
        said = json.dumps(params.get("arguments"))
        return {"content": [{"type": "text", "text": said}], "isError": "error" in said}
    if method == "tools/call" and params["name"] == "hang":
        time.sleep(600)
    if method == "tools/call" and params["name"] == "die":
        os._exit(3)
    return None


if "exit" in config:
    sys.stderr.write(config.get("says", "error: no model found") + "\n")
    sys.exit(config["exit"])
if config.get("banner"):
    print("Welcome to small!\n{\"half\": ", flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if message.get("method") == config.get("hang_on"):
        time.sleep(600)
    if "id" in message:
        result = answer(message["method"], message.get("params") or {})
        missing = {"error": {"code": -32601, "message": "Method not found"}}
        reply = {"result": result} if result is not None else missing
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"]} | reply), flush=True)
"""


@pytest.fixture(autouse=True)
def _sooner(monkeypatch):
    """Servers that hang are ended a bit sooner."""
    monkeypatch.setattr("hub_launch.run.process.EOF_SECONDS", 0.2)


@pytest.fixture
def launch(tmp_path):
    """A launch of the small server; keyword arguments say what it does."""
    path = tmp_path / "small.py"
    path.write_text(SERVER, encoding="utf-8")

    def make(**config):
        argv = (sys.executable, "-I", str(path), json.dumps(config))
        return StdioLaunch("small", "Small", "npm", argv, cwd=str(tmp_path / "work"))

    return make
