"""Passing a request on: to a server that is up the shortest way there is, for any other with a reason why not."""

from collections.abc import Awaitable, Iterable, Sequence
from difflib import get_close_matches
from functools import partial
from time import perf_counter

from msgspec import UNSET, Raw

from hub_launch.hub.attempts import START_WAIT_SECONDS, Request, response
from hub_launch.hub.caller import Caller
from hub_launch.hub.desk import Desk
from hub_launch.hub.levels import LEVELS, SET_LEVEL, is_level
from hub_launch.hub.listening import SUBSCRIBING, subscribing
from hub_launch.hub.metatools import CALL, OWN_TOOLS, inner_call
from hub_launch.hub.methods import METHODS, RESOURCE, TOOL, Named, is_foreign
from hub_launch.hub.naming import uri_name
from hub_launch.hub.outcome import FAILURES, Answer, Outcome, Refused
from hub_launch.hub.results import COMPLETE, in_era, named
from hub_launch.run.eras import LEGACY
from hub_launch.run.link import METHOD_NOT_FOUND, OnProgress, OnTold
from hub_launch.run.messages import NO_FIELDS, Fields, Message, fields_of, text_of
from hub_launch.run.observing import CANCELLED, Asked, Watch
from hub_launch.run.server import Server
from hub_launch.text import printable

# Of a name nobody knows, enough to recognise it.
MAX_SHOWN = 64
# Of the names that there are, enough to see what they are like.
SOME_NAMES = 10

_MORE_INPUT = "the server needs more input, and this client did not say that it can be asked for any"
WRONG = "whoever made the server has to know"


async def relay(desk: Desk, method: str, params: Fields, caller: Caller) -> Answer:
    """What a server answers to a request of a client's, or why none does."""
    if caller.whom and caller.client:
        desk = caller.whom.desk_now(desk, caller.client)
    rule = METHODS.get(method)
    about = rule.named(params) if rule else None
    try:
        if about and about.kind == TOOL and about.name in OWN_TOOLS and desk.takes(about.name):
            return await _of_the_hub(desk, about.name, params, caller)
        if rule is None or is_foreign(method, modern=caller.modern):
            _require_passable(desk, method, modern=caller.modern)
        if method == SET_LEVEL and _levels_are_ours(desk):
            return await _set_level(desk, params, caller)
        server, rest = _server_for(desk, about)
        if not server.serving:
            await server.wanted(START_WAIT_SECONDS)
        if rule and about:
            params = rule.renamed(params, _own_name(desk, server, about, rest))
        return await _counted(desk, server, method, params, caller)
    except Refused as refusal:
        return refusal.answer(method, modern=caller.modern)


async def _of_the_hub(desk: Desk, name: str, params: Fields, caller: Caller) -> Answer:
    """The answer of one of the hub's own tools. Raises Refused."""
    if name == CALL:
        return await relay(desk, "tools/call", inner_call(params), caller)
    result = fields_of(await desk.search.answer(name, params)) or {}
    return Answer(in_era("tools/call", result, modern=caller.modern))


async def ask(
    server: Server,
    method: str,
    params: Fields,
    on_progress: OnProgress | None = None,
    on_told: OnTold | None = None,
) -> Message:
    """A server's response. Raises Refused where there is none that can be passed on.

    The one place of this room that picks whom to ask.
    """
    return await response(server, Request(method, params, on_progress, on_told))


async def _counted(desk: Desk, server: Server, method: str, params: Fields, caller: Caller) -> Answer:
    """The answer; calls of tools are counted, which are what servers are there for."""
    began = perf_counter()
    try:
        if server.observers:
            answer = await _watched(desk, server, method, params, caller)
        else:
            answer = await _asked(desk, server, method, params, caller)
    except Refused as refusal:
        answer = refusal.answer(method, modern=caller.modern)
    if method == "tools/call":
        outcome = answer.outcome
        server.counts.add(perf_counter() - began, tool_error=outcome is Outcome.TOOL_ERROR, failure=outcome in FAILURES)
    return answer


async def _watched(desk: Desk, server: Server, method: str, params: Fields, caller: Caller) -> Answer:
    watch = Watch(server.observers, Asked(server.status.id, method, params, caller.origin()))
    outcome = CANCELLED
    try:
        answer = await _asked(desk, server, method, watch.params, caller)
        outcome = answer.outcome.name.lower()
    except Refused as refusal:
        outcome = refusal.outcome.name.lower()
        raise
    finally:
        watch.over(outcome)
    return answer


async def _asked(desk: Desk, server: Server, method: str, params: Fields, caller: Caller) -> Answer:
    caller.asks(params, server, prefixed=desk.prefixed)
    if caller.news is None or (server.isolated and caller.client):
        message = await _message(server, method, params, caller)
    else:
        voices = caller.news.voices
        voices.enter(server, caller)
        try:
            if server.declares("logging"):
                params = await voices.with_level(server, params, caller)
            message = await _message(server, method, params, caller)
        finally:
            voices.leave(server, caller)
    return _answer(desk, server, method, message, caller)


def _message(server: Server, method: str, params: Fields, caller: Caller) -> Awaitable[Message]:
    """The response under way."""
    if caller.whom and (asking := caller.whom.asking(server, method, params, caller)):
        return asking
    if caller.news and caller.client and method in SUBSCRIBING:
        return subscribing(caller.news.subscriptions, server, method, params, caller)
    on_told = caller.hear if caller.news else None
    return ask(server, method, params, caller.report if caller.token else None, on_told)


async def _set_level(desk: Desk, params: Fields, caller: Caller) -> Answer:
    """Take the level of log messages that a client of the older protocol wants to hear. Raises Refused."""
    level = text_of(params.get("level"))
    if level is None or not is_level(level):
        raise Refused(f"there is no such level; there are {', '.join(LEVELS)}", Outcome.UNKNOWN)
    if caller.news and caller.client:
        await caller.news.voices.set_level(desk, caller.client, level)
        if caller.whom:
            await caller.whom.set_level(caller.client)
    return Answer(NO_FIELDS)


def _levels_are_ours(desk: Desk) -> bool:
    """Whether the hub has to know which level its clients want. A server that logs nothing says so itself."""
    if desk.prefixed:
        return True
    if not desk.only.declares("logging") and desk.only.era != LEGACY:
        raise Refused("this server logs nothing for its clients", Outcome.UNKNOWN, METHOD_NOT_FOUND)
    return desk.only.declares("logging")


def _require_passable(desk: Desk, method: str, *, modern: bool) -> None:
    """Raise Refused for a method that is not in the protocol, unless the one server may know it."""
    shown = printable(method[:MAX_SHOWN])
    if is_foreign(method, modern=modern):
        said = f"'{shown}' is not in this client's version of the protocol"
    elif desk.prefixed and method != SET_LEVEL:
        said = f"the hub does not know '{shown}'; a server may, at /servers/<id>/mcp"
    elif method == "tasks/list":
        said = "clients share this server, and the list would show each the tasks of the others"
    else:
        return
    raise Refused(said, Outcome.UNKNOWN, METHOD_NOT_FOUND)


def _server_for(desk: Desk, about: Named | None) -> tuple[Server, str]:
    """The server that a request is for, and the rest of the name of what it is about."""
    if about is None:
        if desk.prefixed:
            raise Refused("it names nothing that a server of this hub could have", Outcome.UNKNOWN)
        return desk.only, ""
    server, rest = desk.find(about)
    if server is None:
        raise Refused(_nobodys(desk, about), Outcome.UNKNOWN)
    return server, rest


def _own_name(desk: Desk, server: Server, about: Named, rest: str) -> str:
    """The server's own name for what a request is about."""
    own = desk.own_name(server, about.kind, rest)
    if own is not None:
        return own
    if server.serving:
        before = about.name.removesuffix(rest)
        raise Refused(no_such(server, about.kind, rest, desk.names(server, about.kind), before), Outcome.UNKNOWN)
    raise Refused(server.status.sentence(), Outcome.DOWN)


def _answer(desk: Desk, server: Server, method: str, message: Message, caller: Caller) -> Answer:
    """What the client is sent of a server's response."""
    name = server.status.id
    if message.error is not UNSET:
        if _is_error(message.error):
            return Answer(error=message.error, outcome=Outcome.REFUSED)
        raise Refused(f"server '{name}' sent an error that is none of JSON-RPC's ({WRONG})", Outcome.BROKEN)
    fields = fields_of(message.result) if message.result is not UNSET else None
    if fields is None:
        raise Refused(f"server '{name}' sent a result that is no object ({WRONG})", Outcome.BROKEN)
    kind = fields.get("resultType")
    if not caller.modern and kind is not None and bytes(kind) != COMPLETE:
        raise Refused(_MORE_INPUT, Outcome.REFUSED)
    outcome = Outcome.TOOL_ERROR if bytes(fields.get("isError", b"")) == b"true" else Outcome.DONE
    if desk.prefixed:
        fields = named(method, fields, partial(uri_name, name))
    return Answer(in_era(method, fields, modern=caller.modern), outcome=outcome)


def _is_error(error: Raw) -> bool:
    fields = fields_of(error) or {}
    return bytes(fields.get("code", b"")).lstrip(b"-").isdigit() and text_of(fields.get("message")) is not None


def _nobodys(desk: Desk, about: Named) -> str:
    if about.kind == RESOURCE:
        shown = printable(about.name[:MAX_SHOWN])
        return f"no server of this hub has '{shown}'; resources are addressed <scheme>://<server>/<rest>"
    return no_server(about.name, desk.servers, about.kind)


def no_server(name: str, known: Iterable[str], kind: str = TOOL) -> str:
    """Why there is no tool or prompt of that name."""
    shown = printable(name.partition("_")[0][:MAX_SHOWN])
    return f"no server '{shown}' runs in this hub; {kind}s are named <server>_<{kind}>, of {', '.join(known)}"


def no_such(server: Server, kind: str, name: str, names: Sequence[str], before: str = "") -> str:
    """Why a server has no tool or prompt of that name, and which of `names` may have been meant.

    before: what the client has to write before them.
    """
    close = [printable(before + one) for one in get_close_matches(name[:MAX_SHOWN], names, n=3)]
    hint = f"did you mean {' or '.join(close)}?" if close else f"it has {_some(names, before)}"
    return f"server '{server.status.id}' has no {kind} '{printable(name[:MAX_SHOWN])}'; {hint}"


def _some(names: Sequence[str], before: str) -> str:
    """Some names, for whoever was wrong about one."""
    shown = [printable((before + one)[:MAX_SHOWN]) for one in names[:SOME_NAMES]]
    more = [f"and {len(names) - SOME_NAMES} more"] if len(names) > SOME_NAMES else []
    return ", ".join([*shown, *more]) or "none"


def in_headers_too(desk: Desk, about: Named) -> bool:
    """Whether some of a tool's arguments travel in headers beside the body, so that both have to be compared."""
    server, rest = desk.find(about)
    definition = desk.tool(server, rest) if server else None
    return definition is not None and b"x-mcp-header" in bytes(definition.raw)
