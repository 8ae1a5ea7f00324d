"""How much of a request is read, and how much of the machine clients may use."""

import sys
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_launch.hub.problem import problem
from hub_launch.run.stdio import MAX_LINE_BYTES

# As long as what a server may send; a request that is longer is refused before it is read whole.
MAX_BODY_BYTES = MAX_LINE_BYTES
# Twice as many as there may be streams that stay open (fastpath.MAX_STREAMS): calls have to come through as well.
MAX_CONNECTIONS = 2_000
# Those that are told to come back later, before the next ones are turned away unheard.
MAX_SURPLUS = 250
# The hub's own files and the pipes of its servers: four for each of fifty, and some.
RESERVED_FILES = 512


class BodyLimit:
    """Refuses to read more of a request's body than MAX_BODY_BYTES (413), whatever it said of its length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        await self._app(scope, _bounded(receive) if scope["type"] == "http" else receive, send)


def _bounded(receive: Receive) -> Receive:
    read = 0

    async def bounded() -> Message:
        nonlocal read
        event = await receive()
        read += len(event.get("body", b""))
        if read > MAX_BODY_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _too_large())
        return event

    return bounded


def too_large() -> JSONResponse:
    """The answer to a request whose body is longer than MAX_BODY_BYTES."""
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _too_large())


def _too_large() -> str:
    return f"a request has at most {MAX_BODY_BYTES:,} bytes"


async def body_of(receive: Receive) -> bytes | None:
    """The request's body, or None if it is too large. Raises ClientDisconnect for one that breaks off: nobody waits for
    an answer, and what came may be a message by chance.
    """
    event = await receive()
    if not event.get("more_body"):
        whole: bytes = event.get("body", b"")
        return whole if len(whole) <= MAX_BODY_BYTES else None
    body = bytearray(event.get("body", b""))
    while event.get("more_body"):
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ClientDisconnect
        body += event.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def room_for_connections() -> int:
    """How many connections this process may hold: MAX_CONNECTIONS, where the system allows as many open files.

    Asks the system for them first: shells start programs with a thousand, or with 256.
    """
    if sys.platform == "win32":
        return MAX_CONNECTIONS
    import resource

    wanted = MAX_CONNECTIONS + MAX_SURPLUS + RESERVED_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MAX_CONNECTIONS
    return max(soft - MAX_SURPLUS - RESERVED_FILES, soft // 2)
