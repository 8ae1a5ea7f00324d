"""`/`: every server that may be started. The search is made in the browser, of `search.json`; without scripts there is
the beginning of the list here, and all of it by letter below `/browse/`.
"""

import string
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled
from hub_build.pages.data.facts import Facts, read_facts
from hub_build.pages.data.paging import Slice, slices
from hub_build.pages.facets import ORDERS, Group, groups
from hub_build.pages.page import View
from hub_launch.catalog import Profile
from hub_launch.text import counted

# On one page of the search, and at the beginning: PAGE_SIZE in assets/hub/catalog/catalog.js.
PAGE_SIZE = 30

# Ready-made sets that are named; one line.
SETS = 5

# What the search is made of, all asked for at once: else each would be known when who imports it has come.
MODULES = tuple(
    f"{name}.js"
    for name in "main start keys state view row safe facets orders worker catalog find index terms words".split()
)

# What needs nothing of the page begins before it is there: the search has as much to do as the page.
EARLY = ("catalog/start.js",)
SCRIPTS = ("catalog/main.js",)

# For titles that begin with no letter of the alphabet.
OTHER = "other"

# What an entry asks of its user, where it asks for something.
_CREDENTIALS = {"required": "needs credentials", "optional": "credentials optional"}
# What comes first where nothing is looked for: what is most likely to work. As in assets/hub/catalog/orders.js.
_ACTIVE, _VERIFIED, _PASSED = 4, 2, 1


@dataclass(frozen=True, slots=True)
class Line:
    """A server in a list, and what decides whether a reader looks closer: short texts, in their order."""

    server: Facts
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """All servers whose title begins with it. path: of its first page."""

    name: str
    path: str
    count: int

    @property
    def title(self) -> str:
        """For people."""
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class Catalog:
    """The page. lines: the first of `count`. orders: by what is in the address, what people read.
    sets: a few ready-made ones.
    """

    count: int
    size: int
    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    orders: Mapping[str, str]
    letters: tuple[Letter, ...]
    sets: tuple[Profile, ...] = ()
    modules: tuple[str, ...] = MODULES


@dataclass(frozen=True, slots=True)
class Browse:
    """A page of one letter."""

    letter: Letter
    letters: tuple[Letter, ...]
    slice: Slice[Facts]
    lines: tuple[Line, ...]


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Iterator[View]:
    """The page, and those of the letters."""
    live = [one for one in read_facts(tuple(rows)) if one.is_live]
    sections = _by_letter(live)
    letters = tuple(Letter(name, f"browse/{name}/", len(found)) for name, found in sections.items())
    first, sets = _lines(_best_first(live)[:PAGE_SIZE]), compiled.profiles[:SETS]
    page = Catalog(len(live), PAGE_SIZE, first, groups(live), ORDERS, letters, sets)
    description = f"{counted(len(live), 'MCP server')}: what they do, what they need, and how to start them."
    yield View("", "catalog.html", compiled.title, description, page, section="servers", early=EARLY, scripts=SCRIPTS)
    for letter in letters:
        for part in slices(sections[letter.name]):
            model = Browse(letter, letters, part, _lines(part.items))
            about = f"MCP servers from {part.items[0].title} to {part.items[-1].title}."
            title = part.titled(f"Servers: {letter.title}")
            yield View(letter.path, "browse.html", title, about, model, section="servers", file=part.file)


def _by_letter(servers: Iterable[Facts]) -> dict[str, list[Facts]]:
    sections: defaultdict[str, list[Facts]] = defaultdict(list)
    for one in sorted(servers, key=_by_title):
        first = one.title[:1].lower()
        sections[first if first in string.ascii_lowercase else OTHER].append(one)
    return {name: sections[name] for name in (*string.ascii_lowercase, OTHER) if name in sections}


def _best_first(servers: Iterable[Facts]) -> list[Facts]:
    """Those first that are most likely to work, of these the newest."""
    by_day = sorted(sorted(servers, key=_by_title), key=lambda one: one.published, reverse=True)
    return sorted(by_day, key=_good, reverse=True)


def _good(one: Facts) -> int:
    passed = one.run is not None and one.run.outcome == "passed"
    return _ACTIVE * (one.status == "active") + _VERIFIED * bool(one.verified) + _PASSED * passed


def _by_title(one: Facts) -> tuple[str, str]:
    return one.title.lower(), one.id


def _lines(servers: Iterable[Facts]) -> tuple[Line, ...]:
    return tuple(Line(one, _told(one)) for one in servers)


def _told(one: Facts) -> tuple[str, ...]:
    """In the order and the words of assets/hub/catalog/row.js, which a test compares."""
    run = one.run
    facts = (
        ", ".join(one.kinds),
        counted(run.tools, "tool") if run and run.tools else "",
        f"starts in {run.start_seconds:.1f} s" if run and run.start_seconds else "",
        _CREDENTIALS.get(one.credentials, ""),
        f"{one.version}, {one.published}",
    )
    return tuple(fact for fact in facts if fact)
