"""Tools that tell the client something before they answer, or while nobody asks."""

import asyncio
import json

from fixture_state import bus, state
from fixture_tool import Tool, says, takes
from mcp.server.subscriptions import PromptsListChanged, ResourcesListChanged, ResourceUpdated, ToolsListChanged
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

WATCHED = "test://watched-resource"
_LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
# Between notifications, so that a client sees that they do not come all at once.
_STEP_SECONDS = 0.05
# A call that nobody cancels ends by itself.
_LONGEST_SECONDS = 30


async def _log(ctx, level, text):
    legacy = ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS
    # In the newer era the library looks at what the request itself wants.
    if not legacy or _LEVELS.index(level) >= _LEVELS.index(state.level):
        await ctx.session.send_log_message(level, text, "fixture", related_request_id=ctx.request_id)


async def _with_logging(ctx, _):
    for text in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await _log(ctx, "info", text)
        await asyncio.sleep(_STEP_SECONDS)
    return says("Tool with logging executed successfully")


async def _with_progress(ctx, _):
    for done in (0, 50, 100):
        await ctx.session.report_progress(done, 100, f"Completed step {done} of 100")
        await asyncio.sleep(_STEP_SECONDS)
    return says(str((ctx.meta or {}).get("progress_token")))


async def _reconnection(ctx, _):
    if ctx.close_sse_stream:
        await ctx.close_sse_stream()
    await asyncio.sleep(4 * _STEP_SECONDS)
    return says("Reconnection test completed successfully")


async def _wait(ctx, _):
    state.waiting += 1
    try:
        # So that the client knows that there is something to cancel.
        await ctx.session.report_progress(0, None, "waiting")
        await asyncio.sleep(_LONGEST_SECONDS)
    except asyncio.CancelledError:
        state.cancelled += 1
        raise
    finally:
        state.waiting -= 1
    return says("Nobody cancelled this")


async def _waited(_ctx, _params):
    counts = {"waiting": state.waiting, "cancelled": state.cancelled}
    return {**says(json.dumps(counts)), "structuredContent": counts}


def _changing(kind, tell, event):
    """A tool that adds an item to a list, or takes it away again, and says so."""

    async def run(ctx, _):
        state.changed ^= {kind}
        await bus.publish(event)
        if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            await getattr(ctx.session, tell)()
        return says(f"The list of {kind}s has changed")

    return run


async def _touch(ctx, _):
    await bus.publish(ResourceUpdated(WATCHED))
    if ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS and WATCHED in state.subscribed:
        await ctx.session.send_resource_updated(WATCHED)
    return says(f"{WATCHED} has changed")


TELLING = {
    "test_tool_with_logging": Tool("Logs three lines.", _with_logging),
    "test_logging_tool": Tool("Logs three lines, for those who want them.", _with_logging),
    "test_tool_with_progress": Tool("Reports its progress.", _with_progress),
    "test_reconnection": Tool("Hangs up, and answers to whoever comes back.", _reconnection),
    "test_wait": Tool("Waits until it is cancelled.", _wait),
    "test_waited": Tool(
        "How many wait, and how many were cancelled.",
        _waited,
        output_schema=takes("waiting", "cancelled", kind="integer"),
    ),
    "test_trigger_tool_change": Tool(
        "Changes the list of tools.", _changing("tool", "send_tool_list_changed", ToolsListChanged())
    ),
    "test_trigger_prompt_change": Tool(
        "Changes the list of prompts.", _changing("prompt", "send_prompt_list_changed", PromptsListChanged())
    ),
    "test_trigger_resource_change": Tool(
        "Changes the list of resources.", _changing("resource", "send_resource_list_changed", ResourcesListChanged())
    ),
    "test_touch_resource": Tool("Changes the watched resource.", _touch),
}
"""By name."""
