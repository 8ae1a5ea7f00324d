"""One started server: what it offers, and what it answers to the declared calls."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mcp_types

from hub_build.smoke.expect import missing_in
from hub_launch.catalog.entry import SmokeCall
from hub_launch.catalog.recorded import RecordedCall
from hub_launch.plan import Launch
from hub_launch.run.backend import Backend, Offer
from hub_launch.run.process import Child
from hub_launch.run.reasons import explain

# An installed server answers within a few seconds; on a busy machine, or with a model or browser to load, within this.
START_SECONDS = 60
# What a smoke test calls should be quick; a slow one would hold up every pull request.
CALL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """What a session showed. offer: None for a server that did not come up, for the `reason`."""

    offer: Offer | None = None
    start_seconds: float = 0.0
    calls: tuple[RecordedCall, ...] = ()
    reason: str = ""


async def visit(launch: Launch, log: Path, calls: Sequence[SmokeCall], start_seconds: int = START_SECONDS) -> Seen:
    """Start `launch`, list everything, make the calls, and end it. Raises nothing for what the server does."""
    backend = Backend(launch, log, _Unheard())
    began = time.monotonic()
    try:
        async with asyncio.timeout(start_seconds):
            offer = await backend.connect()
        took = time.monotonic() - began
        return Seen(offer, took, tuple([await _call(backend, call) for call in calls]))
    except Exception as error:
        return Seen(reason=explain(error, backend, log, start_seconds)[0])
    finally:
        await backend.close()


async def _call(backend: Backend, call: SmokeCall) -> RecordedCall:
    try:
        async with asyncio.timeout(CALL_SECONDS), backend.client() as client:
            result = await client.call_tool_mcp(call.tool, call.arguments or {})
    except TimeoutError:
        return RecordedCall(tool=call.tool, passed=False, reason=f"no answer within {CALL_SECONDS} s")
    except Exception as error:
        return RecordedCall(tool=call.tool, passed=False, reason=f"no answer: {str(error) or type(error).__name__}")
    reason = missing_in(_text(result), call.expect, is_error=result.is_error)
    return RecordedCall(tool=call.tool, passed=not reason, reason=reason or None)


def _text(result: Any) -> str:
    """Everything an assistant would read of the answer."""
    parts = [part.text for part in result.content if isinstance(part, mcp_types.TextContent)]
    embedded = [part.resource for part in result.content if isinstance(part, mcp_types.EmbeddedResource)]
    parts += [resource.text for resource in embedded if isinstance(resource, mcp_types.TextResourceContents)]
    if result.structured_content is not None:
        parts.append(str(result.structured_content))
    return "\n".join(parts)


class _Unheard:
    """Nobody wants to know: the session says all there is to say."""

    def may_start(self) -> None:
        """See ChildEvents."""

    def child_connected(self) -> None:
        """See ChildEvents."""

    def child_ended(self, child: Child) -> None:
        """See ChildEvents."""
