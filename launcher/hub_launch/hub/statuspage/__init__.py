"""The status page at `/`: files that a browser runs, which show what the REST API says.

Plain HTML, CSS and ES modules, served as they are written: no build step, and nothing is loaded from elsewhere.
"""

import functools
import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from pathlib import PurePosixPath

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hub_launch.hub.problem import problem

PLACE = "/page"
"""Below it are the page's files."""

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

# Scripts and styles of ours alone, and no form, frame or address of anybody else's. Pictures that tools answer with
# are data: addresses.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # Asked again each time: another version of the hub may answer at the same address.
    "cache-control": "no-cache",
}


@dataclass(frozen=True)
class _File:
    data: bytes
    kind: str
    tag: str


class Page:
    """An ASGI application for `/` and for what is below PLACE."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        await _found(scope)(scope, receive, send)


def _found(scope: Scope) -> ASGIApp:
    path: str = scope["path"]
    found = _files().get("index.html" if path == "/" else path.removeprefix(f"{PLACE}/"))
    if found is None:
        return problem(HTTPStatus.NOT_FOUND, "the status page has no such file")
    if scope["method"] not in ("GET", "HEAD"):
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, "this is a page to look at")
    return _answer(scope, found)


def _answer(scope: Scope, file: _File) -> Response:
    headers = {**_HEADERS, "etag": file.tag}
    if (b"if-none-match", file.tag.encode()) in scope["headers"]:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(file.data, media_type=file.kind, headers=headers)


@functools.cache
def _files() -> dict[str, _File]:
    folder = files(__name__).joinpath("files")
    return {one.name: _file(one.name, one.read_bytes()) for one in folder.iterdir()}


def _file(name: str, data: bytes) -> _File:
    return _File(data, _TYPES[PurePosixPath(name).suffix], f'"{hashlib.sha256(data).hexdigest()[:16]}"')
