"""The site on this machine, for `hub-build serve`: answers as nginx does with our configuration, by the same rules."""

import os
import stat
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import NotModifiedResponse
from starlette.types import Receive, Scope, Send

from hub_build.hosts.rules import (
    EVERYWHERE,
    NOT_FOUND_JSON,
    NOT_FOUND_PAGE,
    content_type,
    is_api,
    is_hidden,
    rule_for,
)

# Best first; only those whose file is there are offered.
_ENCODINGS = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}


class Site:
    """An ASGI application that serves the folder of a built site."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            return
        response = await anyio.to_thread.run_sync(self._answer, scope)
        response.headers.update(EVERYWHERE)
        await response(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        headers, path = Headers(scope=scope), scope["path"]
        if scope["method"] == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT)
        if scope["method"] not in ("GET", "HEAD"):
            return Response(status_code=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD, OPTIONS"})
        if found := self._find(path):
            return self._file(found, headers, HTTPStatus.OK)
        if not is_api(path) and not path.endswith("/") and self._find(path + "/"):
            return RedirectResponse(path + "/", HTTPStatus.MOVED_PERMANENTLY)
        return self._file(NOT_FOUND_JSON if rule_for(path).is_data else NOT_FOUND_PAGE, headers, HTTPStatus.NOT_FOUND)

    def _find(self, path: str) -> str:
        """The file that answers for `path`, or nothing."""
        return next((one for one in _candidates(path) if self._stat(one)), "")

    def _stat(self, path: str) -> os.stat_result | None:
        file = self._folder / path.removeprefix("/")
        # Asked before the disk is: a name with a zero byte, or one that leads out of the folder, is no file of ours.
        if "\0" in path or is_hidden(path) or not Path(os.path.normpath(file)).is_relative_to(self._folder):
            return None
        try:
            found = file.stat()
        except (OSError, ValueError):
            return None
        return found if stat.S_ISREG(found.st_mode) else None

    def _file(self, path: str, asked: Headers, status: HTTPStatus) -> Response:
        encoding, suffix = self._encoding(path, asked.get("accept-encoding", ""))
        file = self._folder / (path + suffix).removeprefix("/")
        headers = {"Cache-Control": rule_for(path).cache, "Content-Type": content_type(path)}
        if any(self._stat(path + one) for one in _ENCODINGS.values()):
            headers["Vary"] = "Accept-Encoding"
        if encoding:
            headers["Content-Encoding"] = encoding
        if not file.is_file():
            return Response(status_code=status, headers=headers)
        found = file.stat()
        response = FileResponse(file, status, headers, stat_result=found)
        # Of the exact time and size, as nginx: two builds within a second differ.
        response.headers["ETag"] = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
        unchanged = response.headers["ETag"] in [tag.strip() for tag in asked.get("if-none-match", "").split(",")]
        return NotModifiedResponse(response.headers) if unchanged and status == HTTPStatus.OK else response

    def _encoding(self, path: str, accepted: str) -> tuple[str, str]:
        wanted = {one.partition(";")[0].strip() for one in accepted.split(",") if not one.endswith(";q=0")}
        offered = ((name, suffix) for name, suffix in _ENCODINGS.items() if name in wanted)
        return next((one for one in offered if self._stat(path + one[1])), ("", ""))


def _candidates(path: str) -> Iterator[str]:
    if is_api(path):
        path = path.removesuffix("/")
        yield path
        yield f"{path}/index.json"
    elif path.endswith("/"):
        yield f"{path}index.html"
    else:
        yield path
