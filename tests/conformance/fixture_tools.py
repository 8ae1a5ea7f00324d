"""The fixture server's tools: a table of them, and what calls them."""

from fixture_asking import asked_for
from fixture_asking_tools import ASKING
from fixture_plain_tools import PLAIN
from fixture_state import state
from fixture_telling_tools import TELLING
from mcp import MCPError
from mcp_types.jsonrpc import INVALID_PARAMS


def _added():
    """A tool that came later, if a test wanted it."""
    return {"test_added_tool": PLAIN["test_simple_text"]} if "tool" in state.changed else {}


def definitions():
    """The definitions of all tools, always in the same order."""
    return [tool.definition(name) for name, tool in _all().items()]


def input_schema(name):
    """The schema of a tool's arguments; None for one that does not exist."""
    tool = _all().get(name)
    return tool.input_schema if tool else None


@asked_for
async def call(ctx, params):
    """Answers `tools/call`."""
    tool = _all().get(params.name)
    if tool is None:
        raise MCPError(INVALID_PARAMS, f"Unknown tool: {params.name}")
    return await tool.run(ctx, params)


def _all():
    return PLAIN | TELLING | ASKING | _added()
