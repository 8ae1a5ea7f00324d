"""FastMCP is there when somebody needs it, and not before."""

import json
import subprocess
import sys

import pytest

HUB = """
import asyncio, json, sys
from pathlib import Path
import httpx2, uvicorn
from hub_launch.hub.app import build_app
from hub_launch.hub.serve import listen
from hub_launch.plan import StdioLaunch
from hub_launch.run.supervisor import Supervisor

ACCEPT = {"accept": "application/json, text/event-stream"}
HEAVY = ("fastmcp", "mcp", "mcp_types", "httpcore2")


async def main():
    launch = StdioLaunch("aa", "Aa", "test", tuple(json.loads(sys.argv[1])))
    supervisor = Supervisor([launch], [], Path(sys.argv[2]), lambda status: None)
    app = build_app(supervisor)
    loaded = {"before": [name for name in HEAVY if name in sys.modules]}
    async with app.router.lifespan_context(app):
        await supervisor.settled()

        async def ask(method, params, **headers):
            body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            transport = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
                return await http.post("/mcp", json=body, headers=ACCEPT | headers)

        hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        session = {"mcp-session-id": (await ask("initialize", hello)).headers["mcp-session-id"]}
        for method in ("ping", "tools/list", "prompts/list", "resources/list", "resources/templates/list"):
            assert "result" in (await ask(method, {}, **session)).json()
        assert "result" in (await ask("tools/call", {"name": "aa_echo", "arguments": {}}, **session)).json()
        assert "result" in (await ask("resources/read", {"uri": "docs://aa/x"}, **session)).json()
        loaded["what is regular"] = [name for name in HEAVY[:3] if name in sys.modules]
        assert "error" in (await ask("resources/read", {}, **session)).text
        loaded["what is not"] = [name for name in HEAVY[:3] if name in sys.modules]
    print(json.dumps(loaded))

asyncio.run(main())
"""


@pytest.fixture
def loaded(launch, tmp_path):
    """Which large modules a hub has loaded, after what."""
    argv = launch("aa", resources=["docs://x"]).argv
    ran = subprocess.run(
        [sys.executable, "-P", "-c", HUB, json.dumps(argv), str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_it_is_loaded_when_something_is_asked_that_needs_it(loaded):
    assert loaded["what is regular"] == []
    assert "fastmcp" in loaded["what is not"]
