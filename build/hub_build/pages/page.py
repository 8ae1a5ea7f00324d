"""What a kind of page is: views of what was compiled, as pure functions make them, and the template that shows them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled, Server
from hub_build.pages.related import Neighbour
from hub_build.pages.sets import InSet


@dataclass(frozen=True, slots=True)
class View:
    """One page: where it is, and what its template is given as `page`.

    path: its folder, as `servers/time/`; empty for the page at the root. template: a file in `site_src/templates/`.
    title and description: text, of the page alone. model: a frozen dataclass. section: the one of `extra.sections` in
    mkdocs.yml to which it belongs, in lower case. scripts: modules in `site_src/overrides/assets/hub/` that it loads.
    early: such as need nothing of the page, and begin before it is there. root: how it leads to the root of the site,
    where that is not its folder's depth. file: its name in the folder.
    """

    path: str
    template: str
    title: str
    description: str
    model: object
    section: str = ""
    scripts: tuple[str, ...] = ()
    early: tuple[str, ...] = ()
    root: str = ""
    file: str = "index.html"


@dataclass(frozen=True, slots=True)
class Around:
    """What the page of a server says of others. Part of what it depends on: keep it small.

    related: servers that a reader of this one may want instead, or too. sets: those that it is in.
    """

    related: tuple[Neighbour, ...] = ()
    sets: tuple[InSet, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A kind of page. Pure: nothing is drawn or written here.

    of_server: the pages that one server has to itself; they are remembered, and drawn again when the server changes.
    row: what one server adds to pages about all, as JSON in one line (an empty list, `[]`, for nothing); remembered,
    and once where several kinds have the same row.
    whole: the pages about all servers, of their rows in the order of ids. They are made when any server changed.
    """

    of_server: Callable[[Server, Around], Iterator[View]] | None = None
    places: Callable[[Server], tuple[str, ...]] | None = None
    """The paths of the pages of of_server, which are then drawn when they are written and not to know them."""
    row: Callable[[Server], bytes] | None = None
    whole: Callable[[Compiled, Sequence[bytes]], Iterator[View]] | None = None
