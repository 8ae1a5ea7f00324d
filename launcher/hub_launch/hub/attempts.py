"""Asking a server, whichever of its instances answers; and what is done about one that does not.

What was never sent is asked of another instance. A request that only reads is asked of another one once more when its
answer was lost: at worst two instances did the same work. Nothing else is done twice by itself, not even by a tool that
calls itself idempotent: the first instance may still be at it when the second is done, and undo what a client did in
between. Whoever asked is told whether they may try again.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from enum import Enum

from msgspec import Raw

from hub_launch.errors import HubError
from hub_launch.hub.outcome import Outcome, Refused
from hub_launch.run.backend import CALL_SECONDS
from hub_launch.run.instance import Instance
from hub_launch.run.link import LinkGone, OnProgress, OnTold, ProtocolError, Unreadable
from hub_launch.run.messages import NO_FIELDS, Fields, Message, fields_of, text_of
from hub_launch.run.server import Server
from hub_launch.run.state import State


class Again(Enum):
    """Whether a request may be made a second time when its answer was lost; in words for whoever made it."""

    READS = "trying again is safe: it only reads"
    IDEMPOTENT = "trying again is safe: twice does no more than once"
    NOT_ASKED = "trying again is safe: it was not asked"
    MAYBE = "try again, unless doing it twice would do harm: it may have been done"


# How long a call waits for a server that is still starting; an assistant waits a minute for the whole of it.
START_WAIT_SECONDS = 25

_LESS = "ask for less at once"
# What an instance remembers: all of it has to reach the same one, and once is as good as twice.
_REMEMBERED = frozenset({"logging/setLevel", "resources/subscribe", "resources/unsubscribe"})


@dataclass(frozen=True, slots=True)
class Request:
    """What a server is asked."""

    method: str
    params: Fields
    on_progress: OnProgress | None = None
    on_told: OnTold | None = None

    def again(self, server: Server) -> Again:
        """What the protocol says of the method, or the tool of itself (`annotations`, since 2025-03-26)."""
        if self.method != "tools/call":
            return Again.IDEMPOTENT if self.method in _REMEMBERED else Again.READS
        hints = _hints(server, text_of(self.params.get("name")))
        if bytes(hints.get("readOnlyHint", b"")) == b"true":
            return Again.READS
        return Again.IDEMPOTENT if bytes(hints.get("idempotentHint", b"")) == b"true" else Again.MAYBE


async def response(server: Server, request: Request) -> Message:
    """A server's response, which may be an error of its own. Raises Refused where there is none."""
    limit = asyncio.get_running_loop().time() + CALL_SECONDS
    failed: Instance | None = None
    error: Exception | None = None
    for _ in server.instances:
        with server.in_use(without=failed, leading=request.method in _REMEMBERED) as instance:
            if instance is None or not server.serving:
                break
            try:
                async with asyncio.timeout_at(limit):
                    message = await instance.backend.request(
                        request.method, request.params, request.on_progress, request.on_told
                    )
            except (TimeoutError, LinkGone, HubError, ProtocolError, Unreadable) as problem:
                instance.checkup.missed(problem)
                repeated = _is_repeated(server, request, problem, error)
                failed, error = instance, problem
                if not repeated:
                    break
            else:
                instance.checkup.answered()
                return message
    raise await _refused(server, failed, error, request) from error


async def of_one(
    server: Server, method: str, params: Fields, on_told: OnTold | None = None, seconds: float | None = CALL_SECONDS
) -> Message:
    """The response of the one instance that is asked for what must not move from one to another. Raises Refused.

    seconds: None for a request that stays open.
    """
    name, backend = server.status.id, server.backend
    if backend is None or not server.serving:
        raise Refused(server.status.sentence(), Outcome.DOWN)
    try:
        async with asyncio.timeout(seconds):
            return await backend.request(method, params, None, on_told)
    except TimeoutError as late:
        raise Refused(f"server '{name}' did not answer within {seconds} s", Outcome.LATE) from late
    except (LinkGone, HubError, ProtocolError, Unreadable) as error:
        raise Refused(f"server '{name}' cannot be asked: {error}", Outcome.DOWN) from error


async def tell(server: Server, method: str, params: Raw) -> None:
    """Send a notification to the same, if it is there."""
    link = server.backend.link if server.backend else None
    if link:
        with contextlib.suppress(LinkGone):
            await link.notify(method, params)


def _is_repeated(server: Server, request: Request, error: Exception, earlier: Exception | None) -> bool:
    """Whether another instance is asked."""
    if not _was_sent(error):
        return True
    # Once: what ends whoever answers it must not end one after the other. And nothing is reported from its beginning
    # a second time.
    first = earlier is None or not _was_sent(earlier)
    silent = request.on_progress is None
    return isinstance(error, LinkGone) and first and silent and request.again(server) is Again.READS


def _was_sent(error: Exception) -> bool:
    # The others are about the handshake before it.
    return error.sent if isinstance(error, LinkGone) else isinstance(error, TimeoutError | Unreadable)


async def _refused(server: Server, instance: Instance | None, error: Exception | None, request: Request) -> Refused:
    name = server.status.id
    if instance is None or error is None:
        # One that was told to restart after this call had waited for it says by itself no more than that.
        text, hint = server.status.sentence(), server.status.hint
        return Refused(text if hint else f"{text}; {Again.NOT_ASKED.value}", Outcome.DOWN)
    advice = (request.again(server) if _was_sent(error) else Again.NOT_ASKED).value
    if isinstance(error, TimeoutError):
        return Refused(f"server '{name}' did not answer within {CALL_SECONDS} s ({advice})", Outcome.LATE)
    if isinstance(error, Unreadable):
        return Refused(f"server '{name}' sent an answer that {error} ({_LESS})", Outcome.BROKEN)
    if isinstance(error, LinkGone):
        return Refused(f"{await why_gone(instance, error)}; {advice}", Outcome.DOWN)
    text = error.message if isinstance(error, HubError) else str(error)
    return Refused(text if name in text else f"server '{name}' cannot be asked: {text}", Outcome.DOWN)


async def why_gone(instance: Instance, error: Exception) -> str:
    """What became of an instance whose answer will not come."""
    # Waited for, so that the status says how it ended.
    await instance.backend.died()
    if instance.status.state is not State.READY:
        return instance.status.sentence()
    return f"server '{instance.status.id}' did not answer: {error}"


def _hints(server: Server, tool: str | None) -> Fields:
    """How a tool says that it behaves."""
    definition = next((one for one in server.whole.tools if one.name == tool), None)
    fields = fields_of(definition.raw) if definition else None
    return fields_of((fields or {}).get("annotations", NO_FIELDS)) or {}
