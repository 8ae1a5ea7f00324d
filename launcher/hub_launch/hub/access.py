"""Who may talk to the hub: programs on this machine, and no web page of somebody else's.

A page in the user's browser can send requests to this machine too. It cannot hide where it comes from (Origin), and it
cannot make the browser name another host than its own (Host), even if its name leads here (DNS rebinding).
"""

import functools
import ipaddress
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.problem import problem


def require_loopback(host: str) -> None:
    """Raise HubError (exit 2) unless only this machine can reach `host`: the hub asks nobody for a password yet."""
    if not _is_loopback(host):
        raise HubError(
            f"--host {host}: the hub listens on this machine only, since it does not ask who is calling",
            "use 127.0.0.1, localhost or ::1",
            ExitCode.USAGE,
        )


class AccessMiddleware:
    """Refuses requests whose Host is not this machine (421), or that come from another origin's page (403)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        app = self._app
        if scope["type"] == "http":
            host, origin = (_header(scope, b"host") or "").lower(), _header(scope, b"origin")
            if not _is_own(host):
                app = problem(HTTPStatus.MISDIRECTED_REQUEST, "the Host header names another machine")
            elif origin is not None and origin.lower() != f"{scope['scheme']}://{host}":
                app = problem(HTTPStatus.FORBIDDEN, "the Origin header names another site")
        await app(scope, receive, send)


def _header(scope: Scope, name: bytes) -> str | None:
    """The first header of that name."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


# Clients have one or two ways to name this machine.
@functools.lru_cache(maxsize=64)
def _is_own(host: str) -> bool:
    return _is_loopback(_without_port(host))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    name = name if colon and port.isdigit() else host
    return name[1:-1] if name.startswith("[") and name.endswith("]") else name
