"""`_headers` and `_redirects`, which Cloudflare Pages and Netlify read."""

from collections.abc import Iterator

from hub_build.compile import Compiled
from hub_build.hosts import pages


def files(compiled: Compiled) -> Iterator[tuple[str, bytes]]:
    """Both files; the same for every registry."""
    yield "_headers", pages.headers().encode()
    yield "_redirects", pages.redirects().encode()
