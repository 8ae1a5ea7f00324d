"""A web site on the loopback interface: a page with a heading, a list, a link and a form, and a second page."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hub_build.smoke.services.service import HOST

_HTML = "text/html; charset=utf-8"
_INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Three books</title></head>
<body><main><h1>Three books</h1>
<p>Books that a smoke test reads.</p>
<ul><li>Frankenstein</li><li>Middlemarch</li><li>Dracula</li></ul>
<p><a href="/authors">Their authors</a></p>
<form action="/authors"><label>Author <input name="author"></label> <button>Search</button></form>
</main></body></html>
"""
_AUTHORS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Three authors</title></head>
<body><main><h1>Three authors</h1><p>Mary Shelley, George Eliot, Bram Stoker</p></main></body></html>
"""
_PAGES: Mapping[str, tuple[str, str]] = {
    "/": (_HTML, _INDEX),
    "/authors": (_HTML, _AUTHORS),
    "/books.json": ("application/json", '[{"title": "Dracula", "author": "Bram Stoker", "year": 1897}]'),
    "/robots.txt": ("text/plain", "User-agent: *\nAllow: /\n"),
}


@contextmanager
def start(folder: Path) -> Iterator[Mapping[str, str]]:
    """See `service.Start`."""
    del folder
    with ThreadingHTTPServer((HOST, 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield {"url": f"http://{HOST}:{server.server_port}/"}
        finally:
            server.shutdown()
            thread.join()


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, text = _PAGES.get(self.path.partition("?")[0], ("", ""))
        body = text.encode()
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815  the name that the standard library looks for

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the report has other lines."""
