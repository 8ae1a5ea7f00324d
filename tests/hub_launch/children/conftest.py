"""Programs of `hub_launch.children`, started as the launcher starts them."""

import os
import sys

import mcp_types
import pytest

from hub_launch.plan import StdioLaunch
from hub_launch.run.backend import Backend
from hub_launch.run.messages import object_of, raw


class NoEvents:
    def may_start(self):
        pass

    def child_connected(self):
        pass

    def child_ended(self, child):
        pass

    def heard(self, message):
        pass


@pytest.fixture
async def child(tmp_path):
    """Starts `python -P -m <module> <arguments>` with some variables, and speaks MCP with it."""
    backends = []

    async def start(module, *arguments, **env):
        argv = (sys.executable, "-P", *module, *arguments)
        base = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        launch = StdioLaunch("child", "Child", "test", argv, env=base | env, cwd=str(tmp_path / "work"))
        backend = Backend(launch, tmp_path / "child.log", NoEvents())
        backends.append(backend)
        backend.offer = await backend.connect()
        return backend

    yield start
    for one in backends:
        await one.close()


@pytest.fixture
def call():
    """Calls a tool, and returns its result."""

    async def ask(backend, tool, **arguments):
        message = await backend.request("tools/call", {"name": raw(tool), "arguments": raw(arguments)})
        return mcp_types.CallToolResult.model_validate(object_of(message.result))

    return ask
