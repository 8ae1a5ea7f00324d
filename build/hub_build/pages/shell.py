"""The one page that mkdocs-material built as a frame, and how it is put around others.

Its addresses are relative to its own place; of a page elsewhere in the site they are rewritten, once for each depth.
So a site works in any folder of any host, and from a copy on a stick.
"""

import functools
import html
import posixpath
import re

from hub_build.pages.page import View
from hub_build.pages.prose import FOLDER, SHELL
from hub_launch.errors import ExitCode, HubError
from hub_launch.text import printable

# What is in braces in `site_src/overrides/shell.html`, in the order in which it is there.
PLACES = ("description", "head", "title", "content")

_PLACE = re.compile(r"\{hub:([a-z]+)\}")
# Attributes of the theme's own markup that hold an address, and the theme's settings, which are JSON.
_ADDRESS = re.compile(r'(?P<before> (?:href|src|data-base)="|"(?:base|search)": ")(?P<address>[^"]*)')
_ELSEWHERE = re.compile(r"[a-z]+:|//|#|/")
_BLANK = re.compile(r"\n\s+")

# Under this a page is in the site's own folder of pages that exist at any depth.
ROOT = "/"


class Shell:
    """The frame, ready to be filled."""

    def __init__(self, page: bytes) -> None:
        text = _BLANK.sub("\n", page.decode()).lstrip()
        self._pieces = _PLACE.split(text)
        if tuple(self._pieces[1::2]) != PLACES:
            raise HubError(
                f"the page {SHELL} has not the places {', '.join(PLACES)}, once each and in this order",
                "compare site_src/overrides/shell.html with hub_build/pages/shell.py",
                ExitCode.INTERNAL,
            )
        self.page = text.encode()

    def filled(self, view: View, title: str, head: str, content: str) -> bytes:
        """The whole page. head and content are markup; title and the view's description are text."""
        places = (html.escape(printable(view.description)), head, html.escape(title), content)
        frame = self._frame(root_of(view), view.section)
        text = "".join(piece + place for piece, place in zip(frame, (*places, ""), strict=True))
        return text.encode()

    # Of a site there are a handful of depths and sections.
    @functools.lru_cache(maxsize=64)  # noqa: B019 - one shell lives as long as a build
    def _frame(self, root: str, section: str) -> tuple[str, ...]:
        pieces = (_ADDRESS.sub(functools.partial(_moved, root), piece) for piece in self._pieces[::2])
        here = f'data-section="{section}"'
        return tuple(piece.replace(here, f'{here} aria-current="page"') for piece in pieces)


def root_of(view: View) -> str:
    """The way from the page to the root of the site, with a slash at its end."""
    return view.root or "../" * view.path.count("/") or "./"


def _moved(root: str, found: re.Match[str]) -> str:
    address = html.unescape(found["address"])
    if not address or _ELSEWHERE.match(address):
        return found[0]
    path = posixpath.normpath(posixpath.join(FOLDER, posixpath.dirname(SHELL), address))
    folder = "/" if address.endswith(("/", ".")) and path != "." else ""
    return found["before"] + html.escape(root + ("" if path == "." else path) + folder)
