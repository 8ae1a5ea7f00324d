"""What programs ask of REST all the time, calls and the list of services, without FastAPI.

FastAPI has routes for both, which describe them, answer whatever is unusual about a request, and answer all else alike:
what is said, and how a tool is called, is the same code. It would take three times as long as the whole call.
"""

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hub_launch.hub.limits import body_of, too_large
from hub_launch.hub.problem import Refusal, defect
from hub_launch.hub.rest.bodies import JSON, has_body, kind_of, with_headers
from hub_launch.hub.rest.calling import call, read_call
from hub_launch.hub.rest.means import Means
from hub_launch.run.server import Server

_LIST = "/api/services"
_BEFORE, _AFTER = "/api/services/", "/call"


class FastRest:
    """An ASGI application before another, to which everything else is passed on."""

    def __init__(self, app: ASGIApp, means: Means) -> None:
        self._app = app
        self._means = means

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if server := self._called(scope):
            return await self._call(server, scope, receive, with_headers(send))
        if scope["path"] == _LIST and scope["method"] == "GET" and not has_body(scope):
            listed = Response(self._means.listing.encoded(), media_type=JSON)
            return await listed(scope, receive, with_headers(send))
        return await self._app(scope, receive, send)

    def _called(self, scope: Scope) -> Server | None:
        """The server of which a tool is called, as far as the request's head says."""
        path = scope["path"]
        if not (path.startswith(_BEFORE) and path.endswith(_AFTER) and scope["method"] == "POST"):
            return None
        return self._means.supervisor.servers.get(path[len(_BEFORE) : -len(_AFTER)]) if kind_of(scope) == JSON else None

    async def _call(self, server: Server, scope: Scope, receive: Receive, send: Send) -> None:
        answer: Response
        try:
            body = await body_of(receive)
            answer = too_large() if body is None else await call(self._means, server, read_call(body), scope, receive)
        except ClientDisconnect:
            return
        except Refusal as refusal:
            answer = refusal.response()
        except Exception as error:
            # What would be answered outside of REST is no problem document.
            answer = defect(error)
        await answer(scope, receive, send)
