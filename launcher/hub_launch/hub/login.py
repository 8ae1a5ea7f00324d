"""How a browser gets in: the token is typed into a form once, and a cookie stands for it from then on.

The cookie is a number that means something to this hub alone, until it ends: scripts cannot read it, other sites'
requests do not carry it, and the token itself is kept nowhere.
"""

import hashlib
import secrets
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hub_launch.hub.problem import problem

LOGIN_PATH = "/login"
LOGOUT_PATH = "/logout"
COOKIE = "mcp_hub_session"
# A day's work.
SESSION_SECONDS = 12 * 3600
# Browsers of a team; the oldest has to type the token again.
MAX_SESSIONS = 1_000
# A token fills a header at most (see `wire`), and a form has nothing else.
MAX_FORM_BYTES = 64 * 1024
_ID_BYTES = 32

Verified = Callable[[str], Awaitable[str | None]]


class Login:
    """The form, and the sessions that it opened."""

    def __init__(self, verified: Verified, clock: Callable[[], float] = time.monotonic) -> None:
        """verified: whose token that is, or None."""
        self._verified = verified
        self._clock = clock
        self._sessions: dict[bytes, tuple[float, str]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI: the form, what it sends, and the end of a session."""
        if scope["path"] == LOGOUT_PATH:
            return await self._logout(scope, receive, send)
        if scope["method"] != "POST":
            return await self.form()(scope, receive, send)
        caller = await self._verified(await _token(receive))
        if caller is None:
            return await self.form(HTTPStatus.UNAUTHORIZED, wrong=True)(scope, receive, send)
        return await self._welcome(scope, caller)(scope, receive, send)

    def caller(self, session: str) -> str | None:
        """Who has that session, if anybody has it still."""
        found = self._sessions.get(_digest(session))
        return found[1] if found and self._clock() < found[0] else None

    def form(self, status: HTTPStatus = HTTPStatus.OK, *, wrong: bool = False) -> ASGIApp:
        """The page that asks for the token."""
        page = _PAGE.replace("<!--problem-->", _PROBLEM if wrong else "")
        headers = {"content-security-policy": _POLICY, "cache-control": "no-store", "x-content-type-options": "nosniff"}
        if status == HTTPStatus.UNAUTHORIZED:
            headers["www-authenticate"] = 'Bearer realm="mcp-hub"'
        return HTMLResponse(page, status.value, headers)

    def _welcome(self, scope: Scope, caller: str) -> Response:
        session = secrets.token_urlsafe(_ID_BYTES)
        if len(self._sessions) >= MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        who = caller if caller != "token" else "page"
        self._sessions[_digest(session)] = (self._clock() + SESSION_SECONDS, who)
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        answer.set_cookie(
            COOKIE, session, SESSION_SECONDS, httponly=True, samesite="strict", secure=_is_encrypted(scope)
        )
        return answer

    async def _logout(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            return await problem(HTTPStatus.METHOD_NOT_ALLOWED, "a session ends with a POST")(scope, receive, send)
        headers = dict(scope["headers"])
        self._sessions.pop(_digest(cookie_of(headers.get(b"cookie", b""))), None)
        answer = RedirectResponse(LOGIN_PATH, HTTPStatus.SEE_OTHER)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return await answer(scope, receive, send)


def cookie_of(header: bytes) -> str:
    """The session that a Cookie header names; empty if none."""
    if COOKIE.encode() not in header:
        return ""
    try:
        found = SimpleCookie(header.decode("latin-1")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _is_encrypted(scope: Scope) -> bool:
    """Whether the browser speaks https, to the hub or to a proxy before it: its page says so, and is ours."""
    origin: bytes = dict(scope["headers"]).get(b"origin", b"")
    return scope["scheme"] == "https" or origin.startswith(b"https:")


async def _token(receive: Receive) -> str:
    """What the form sent; empty for what is no form."""
    body = b""
    more = True
    while more and len(body) <= MAX_FORM_BYTES:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    if more:
        return ""
    return parse_qs(body.decode("latin-1"), max_num_fields=4).get("token", [""])[0].strip()


def _digest(session: str) -> bytes:
    return hashlib.sha256(session.encode()).digest()


_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:15vh auto;padding:0 1rem}"
    "input,button{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0}"
    "[role=alert]{font-weight:600}"
)
_PROBLEM = '<p role="alert">That is not the token.</p>'
_PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>mcp-hub</title><style>{_STYLE}</style></head><body>
<h1>mcp-hub</h1>
<p>This hub asks who is calling. The token is the one that it was started with.</p><!--problem-->
<form method="post" action="{LOGIN_PATH}">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Enter</button>
</form></body></html>
"""
_STYLE_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'"
