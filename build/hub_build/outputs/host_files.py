"""`_headers` and `_redirects`, which Cloudflare Pages and Netlify read."""

from hub_build.compile import Compiled
from hub_build.hosts import pages
from hub_build.outputs.output import Files


def fixed(compiled: Compiled) -> Files:
    """Both files; the same for every registry."""
    yield "_headers", pages.headers().encode()
    yield "_redirects", pages.redirects().encode()
