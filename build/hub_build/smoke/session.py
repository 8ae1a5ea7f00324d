"""One started server: what it offers, and what it answers to the declared calls."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub_build.smoke.expect import missing_in
from hub_launch.catalog.entry import SmokeCall
from hub_launch.catalog.recorded import RecordedCall
from hub_launch.plan import Launch
from hub_launch.run.backend import Backend
from hub_launch.run.messages import Message, error_text, object_of, raw
from hub_launch.run.offer import Offer
from hub_launch.run.reasons import explain
from hub_launch.run.spawning import Spawned

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
    cut_off: bool = False
    """It did not come up and looked for a name on the network in vain: it may well start elsewhere."""


# How programs say that, in the words of the C library, of Node and of curl.
_NO_NAMES = re.compile(
    r"Name or service not known|[Nn]ame resolution|NameResolutionError|nodename nor servname|ENOTFOUND|EAI_AGAIN"
    r"|Could not resolve host"
)


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
        return Seen(reason=explain(error, backend, log, start_seconds)[0], cut_off=_cut_off(log))
    finally:
        await backend.close()


def _cut_off(log: Path) -> bool:
    return log.exists() and _NO_NAMES.search(log.read_text(encoding="utf-8", errors="replace")) is not None


async def _call(backend: Backend, call: SmokeCall) -> RecordedCall:
    try:
        async with asyncio.timeout(CALL_SECONDS):
            message = await backend.request(
                "tools/call", {"name": raw(call.tool), "arguments": raw(call.arguments or {})}
            )
    except TimeoutError:
        return RecordedCall(tool=call.tool, passed=False, reason=f"no answer within {CALL_SECONDS} s")
    except Exception as error:
        return RecordedCall(tool=call.tool, passed=False, reason=f"no answer: {str(error) or type(error).__name__}")
    result = object_of(message.result)
    if result is None:
        return RecordedCall(tool=call.tool, passed=False, reason=f"no answer: {error_text(message)}")
    reason = missing_in(_text(result), call.expect, is_error=result.get("isError") is True)
    return RecordedCall(tool=call.tool, passed=not reason, reason=reason or None)


def _text(result: dict[str, Any]) -> str:
    """Everything an assistant would read of the answer."""
    content = result.get("content")
    blocks = [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []
    parts = [_block_text(block) for block in blocks]
    if result.get("structuredContent") is not None:
        parts.append(str(result["structuredContent"]))
    return "\n".join(filter(None, parts))


def _block_text(block: dict[str, Any]) -> str:
    resource = block.get("resource")
    text = resource.get("text") if isinstance(resource, dict) else block.get("text")
    return text if isinstance(text, str) else ""


class _Unheard:
    """Nobody wants to know: the session says all there is to say."""

    def may_start(self) -> None:
        """See ChildEvents."""

    def child_connected(self) -> None:
        """See ChildEvents."""

    def child_ended(self, child: Spawned) -> None:
        """See ChildEvents."""

    def heard(self, message: Message) -> None:
        """See ChildEvents."""
