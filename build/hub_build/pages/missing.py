"""`404.html`: what hosts answer people when there is nothing, in the place of any other page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from hub_build.compile import Compiled
from hub_build.pages.page import View


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing: the page says the same to everybody."""


def whole(compiled: Compiled, rows: Sequence[bytes] = ()) -> Iterator[View]:
    """One page. Its links begin at the host's root, or at the folder of it where the site is known to be."""
    root = urlsplit(compiled.base_url).path or "/"
    text = "There is no such page here."
    yield View("", "missing.html", "Not found", text, Missing(), root=root, file="404.html")
