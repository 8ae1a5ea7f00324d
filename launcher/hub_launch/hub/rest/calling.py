"""Calling a tool for a REST client: over the same way as for a client of MCP, and answered in HTTP's words."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from msgspec import Raw
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope

from hub_launch.hub.attempts import START_WAIT_SECONDS
from hub_launch.hub.caller import Caller
from hub_launch.hub.calls import no_such, relay
from hub_launch.hub.door import caller_of
from hub_launch.hub.methods import TOOL
from hub_launch.hub.outcome import Answer, Outcome
from hub_launch.hub.problem import Refusal
from hub_launch.hub.rest.bodies import JSON
from hub_launch.hub.rest.means import Means
from hub_launch.hub.withdrawal import Watch, Withdrawal
from hub_launch.run.link import INVALID_PARAMS
from hub_launch.run.messages import NO_FIELDS, fields_of, object_of, raw
from hub_launch.run.server import Server
from hub_launch.text import printable, shortened

MAX_TOOL = 256
# Of what a tool says of its failure, as much as people read; the result has all of it.
_MAX_DETAIL = 2_000

STATUSES = {
    Outcome.TOOL_ERROR: HTTPStatus.FAILED_DEPENDENCY,
    Outcome.REFUSED: HTTPStatus.BAD_GATEWAY,
    Outcome.UNKNOWN: HTTPStatus.NOT_FOUND,
    Outcome.DOWN: HTTPStatus.SERVICE_UNAVAILABLE,
    Outcome.LATE: HTTPStatus.GATEWAY_TIMEOUT,
    Outcome.BROKEN: HTTPStatus.BAD_GATEWAY,
}
"""What a call that was not answered with a result is answered with."""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a call. The arguments stay as they were sent."""

    tool: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TOOL)]
    arguments: Raw = NO_FIELDS


_wanted = msgspec.json.Decoder(Wanted)


def read_call(body: bytes) -> Wanted:
    """What a body asks for. Raises Refusal (400 for what is not JSON, 422 for other JSON)."""
    try:
        body.decode()
        wanted = _wanted.decode(body)
    except msgspec.ValidationError as error:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"body: {error}") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"the body is not JSON that can be read: {error}") from error
    if fields_of(wanted.arguments) is None:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "body: `arguments` has to be an object")
    return wanted


async def call(means: Means, server: Server, wanted: Wanted, scope: Scope, receive: Receive) -> Response:
    """The answer of the tool. A client that goes away takes its call with it.

    scope, receive: of the request, whose body was read. Raises Refusal where there is no answer, and ClientDisconnect.
    """
    if not server.serving:
        await server.wanted(START_WAIT_SECONDS)
    desk = means.desks.of(server)
    if server.listed and desk.tool(server, wanted.tool) is None:
        # Over MCP a server that is alone is asked for whatever a client wants; here it is told what there is.
        raise Refusal(HTTPStatus.NOT_FOUND, no_such(server, TOOL, wanted.tool, desk.names(server, TOOL)))
    params = {"name": raw(wanted.tool), "arguments": wanted.arguments}
    caller = Caller(modern=False, tell=_nobody_hears, place=("", caller_of(scope)), scope=scope)
    answer = await _while_there(relay(desk, "tools/call", params, caller), receive)
    if answer.error is not None:
        raise _refusal(answer.error)
    if answer.outcome is Outcome.DONE:
        return Response(bytes(answer.result or NO_FIELDS), media_type=JSON)
    return _failed(answer, STATUSES[answer.outcome])


def _nobody_hears(_: bytes) -> None:
    """Progress has no place in an answer that is one document."""


async def _while_there(asking: Awaitable[Answer], receive: Receive) -> Answer:
    """The answer; it is waited for by this task itself. Raises ClientDisconnect."""
    withdrawal = Withdrawal()
    watch = Watch(withdrawal.cancel, receive)
    try:
        return await asking
    except asyncio.CancelledError:
        if not withdrawal.settle():
            raise
        raise ClientDisconnect from None
    finally:
        watch.end()


def _refusal(error: Raw) -> Refusal:
    """What is told of an error of JSON-RPC's: of arguments that are wrong the caller can mend something."""
    said: dict[str, Any] = object_of(error) or {}
    wrong = said.get("code") == INVALID_PARAMS
    text = shortened(printable(str(said.get("message")), keep="\n"), _MAX_DETAIL)
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.BAD_GATEWAY, f"the server refused: {text}")


def _failed(answer: Answer, status: HTTPStatus) -> Response:
    result = object_of(answer.result) if answer.result else None
    parts = (result or {}).get("content")
    texts = [one.get("text") for one in parts if isinstance(one, dict)] if isinstance(parts, list) else []
    detail = shortened(printable("\n".join(text for text in texts if isinstance(text, str)), keep="\n"), _MAX_DETAIL)
    body: dict[str, Any] = {"title": status.phrase, "status": status.value, "detail": detail}
    if answer.outcome is Outcome.TOOL_ERROR:
        body["result"] = result
    return JSONResponse(body, status.value, media_type="application/problem+json")
