"""Calling a tool: for a server that is up the shortest way there is, for any other with a reason why not."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, auto
from time import perf_counter

from msgspec import UNSET, Raw

from hub_launch.errors import HubError
from hub_launch.hub.desk import Desk
from hub_launch.run.backend import CALL_SECONDS
from hub_launch.run.link import LinkGone, OnProgress, Unreadable
from hub_launch.run.messages import Fields, as_object, fields_of, raw, text_of
from hub_launch.run.server import Server
from hub_launch.run.state import State
from hub_launch.text import printable

# How long a call waits for a server that is still starting; an assistant waits a minute for the whole of it.
START_WAIT_SECONDS = 25
# Of a name nobody knows, enough to recognise it.
MAX_SHOWN = 64

AGAIN = "try again, unless doing it twice would do harm: it may have been done"
LESS = "ask for less at once"
_MORE_INPUT = "the tool asks for more input, which only a client of protocol 2026-07-28 can give"
WRONG = "whoever made the server has to know"

_COMPLETE = bytes(raw("complete"))


class Outcome(Enum):
    """How a call ended."""

    DONE = auto()
    TOOL_ERROR = auto()
    """The tool ran and says itself that it failed."""
    REFUSED = auto()
    """The server answered with an error of JSON-RPC's."""
    UNKNOWN = auto()
    """There is no such server or tool."""
    DOWN = auto()
    """The server is not up, or ended before it answered."""
    LATE = auto()
    """No answer came in time."""
    BROKEN = auto()
    """What came is no answer that could be passed on."""


# What the server is to blame for.
FAILURES = frozenset({Outcome.DOWN, Outcome.LATE, Outcome.BROKEN})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: a result, or an error object."""

    result: Raw | None = None
    error: Raw | None = None
    outcome: Outcome = Outcome.DONE


async def call(desk: Desk, name: str, params: Fields, *, modern: bool, on_progress: OnProgress | None) -> Answer:
    """Call the tool of that name with a request's `params`, for a client of the newer protocol or of an older one."""
    server, tool = desk.split(name)
    if server is None:
        return failed(no_server(name, desk.servers), Outcome.UNKNOWN, modern=modern)
    if not server.serving:
        await server.wanted(START_WAIT_SECONDS)
    with server.in_use():
        if server.serving and desk.tool(server, tool) is None:
            return failed(no_tool(server, tool), Outcome.UNKNOWN, modern=modern)
        began = perf_counter()
        answer = await _asked(server, {**params, "name": raw(tool)}, modern, on_progress)
        outcome = answer.outcome
        server.counts.add(perf_counter() - began, tool_error=outcome is Outcome.TOOL_ERROR, failure=outcome in FAILURES)
        return answer


async def _asked(server: Server, params: Fields, modern: bool, on_progress: OnProgress | None) -> Answer:
    name = server.status.id
    if not server.serving or server.backend is None:
        return failed(server.status.sentence(), Outcome.DOWN, modern=modern)
    try:
        async with asyncio.timeout(CALL_SECONDS):
            message = await server.backend.request("tools/call", params, on_progress)
    except TimeoutError:
        return failed(f"server '{name}' did not answer within {CALL_SECONDS} s ({AGAIN})", Outcome.LATE, modern=modern)
    except Unreadable as error:
        return failed(f"server '{name}' sent an answer that {error} ({LESS})", Outcome.BROKEN, modern=modern)
    except HubError as error:
        return failed(_named(name, error), Outcome.DOWN, modern=modern)
    except LinkGone as error:
        return failed(await why_gone(server, error), Outcome.DOWN, modern=modern)
    if message.error is not UNSET:
        if _is_error(message.error):
            return Answer(error=message.error, outcome=Outcome.REFUSED)
        return failed(
            f"server '{name}' sent an error that is none of JSON-RPC's ({WRONG})", Outcome.BROKEN, modern=modern
        )
    fields = fields_of(message.result) if message.result is not UNSET else None
    if fields is None:
        return failed(f"server '{name}' sent a result that is no object ({WRONG})", Outcome.BROKEN, modern=modern)
    return _answer(fields, modern=modern)


async def why_gone(server: Server, error: Exception) -> str:
    """What to tell a caller whose answer will not come."""
    if server.backend:
        # Waited for, so that the status says how it ended.
        await server.backend.died()
    if server.status.state is not State.READY:
        return server.status.sentence()
    return f"server '{server.status.id}' did not answer: {error} ({AGAIN})"


def _is_error(error: Raw) -> bool:
    fields = fields_of(error) or {}
    return bytes(fields.get("code", b"")).lstrip(b"-").isdigit() and text_of(fields.get("message")) is not None


def _named(name: str, error: HubError) -> str:
    return error.message if name in error.message else f"server '{name}' cannot be asked: {error.message}"


def _answer(fields: Fields, *, modern: bool) -> Answer:
    kind = fields.pop("resultType", None)
    outcome = Outcome.TOOL_ERROR if bytes(fields.get("isError", b"")) == b"true" else Outcome.DONE
    if modern:
        return Answer(as_object({**fields, "resultType": kind or Raw(_COMPLETE)}), outcome=outcome)
    if kind is not None and bytes(kind) != _COMPLETE:
        return failed(_MORE_INPUT, Outcome.REFUSED, modern=False)
    return Answer(as_object(fields), outcome=outcome)


def failed(text: str, outcome: Outcome, *, modern: bool) -> Answer:
    """The answer of a tool that could not be called."""
    result = {"content": [{"type": "text", "text": text}], "isError": True}
    return Answer(raw(result | {"resultType": "complete"} if modern else result), outcome=outcome)


def no_server(name: str, known: Iterable[str]) -> str:
    """Why there is no tool of that name."""
    shown = printable(name.partition("_")[0][:MAX_SHOWN])
    return f"no server '{shown}' runs in this hub; tools are named <server>_<tool>, of {', '.join(known)}"


def no_tool(server: Server, tool: str) -> str:
    """Why a server has no tool of that name, and which may have been meant."""
    names = [one.name for one in server.offer.tools]
    close = get_close_matches(tool[:MAX_SHOWN], names, n=3)
    hint = f"did you mean {' or '.join(map(printable, close))}?" if close else "tools/list has those that there are"
    return f"server '{server.status.id}' has no tool '{printable(tool[:MAX_SHOWN])}'; {hint}"


def in_headers_too(desk: Desk, name: str) -> bool:
    """Whether some of a tool's arguments travel in headers beside the body, so that both have to be compared."""
    server, tool = desk.split(name)
    definition = desk.tool(server, tool) if server else None
    return definition is not None and b"x-mcp-header" in bytes(definition.raw)
