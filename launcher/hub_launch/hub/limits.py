"""How much of a request is read, and how much of the machine clients may use."""

import sys
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
            detail = f"a request has at most {MAX_BODY_BYTES:,} bytes"
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
        return event

    return bounded


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
