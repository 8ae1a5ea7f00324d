"""The answers that need no server: greetings, lists, and what asks for nothing."""

from collections.abc import Awaitable, Callable, Mapping

from msgspec import Raw

from hub_launch.hub.desk import LISTS, Desk
from hub_launch.hub.methods import is_foreign
from hub_launch.hub.regular import Request
from hub_launch.run.link import INVALID_PARAMS
from hub_launch.run.messages import NO_FIELDS, failure, response


def needs_no_server(request: Request) -> bool:
    """Whether answer_of() answers it."""
    return request.method in LISTS or (
        request.method in _ANSWERS and not is_foreign(request.method, modern=request.modern)
    )


async def answer_of(desk: Desk, request: Request) -> bytes:
    """The response to a regular request that needs no server."""
    if request.method in LISTS:
        return await _list(desk, request)
    return response(request.id, await _ANSWERS[request.method](desk))


async def _list(desk: Desk, request: Request) -> bytes:
    if "cursor" in request.params and bytes(request.params["cursor"]) != b"null":
        # Lists have one page, so that nobody was given a cursor.
        return failure(request.id, INVALID_PARAMS, "Invalid cursor")
    await desk.settled()
    return response(request.id, desk.listed(request.method, modern=request.modern))


async def _discovery(desk: Desk) -> Raw:
    if not desk.prefixed:
        await desk.settled()
    return desk.discovery()


async def _nothing(_: Desk) -> Raw:
    return NO_FIELDS


_ANSWERS: Mapping[str, Callable[[Desk], Awaitable[Raw]]] = {
    "ping": _nothing,
    "server/discover": _discovery,
}
