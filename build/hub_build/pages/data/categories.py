"""`/categories/`: what there is of each kind, and a list of every category."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled
from hub_build.pages.data.facts import Facts, read_facts
from hub_build.pages.data.groups import CATEGORY_WORDS, by_category, category_title
from hub_build.pages.data.paging import Slice, slices
from hub_build.pages.page import View
from hub_launch.text import counted

# Servers that stand for a category on the page of all.
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Shelf:
    """One category on the page of all."""

    category: str
    title: str
    words: str
    count: int
    examples: tuple[Facts, ...]


@dataclass(frozen=True, slots=True)
class Shelves:
    """All of them, by title."""

    shelves: tuple[Shelf, ...]


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """One category. slice: its servers, by title."""

    category: str
    title: str
    words: str
    slice: Slice[Facts]


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Iterator[View]:
    """The page of all categories, and each one's."""
    groups = by_category(read_facts(tuple(rows)))
    shelves = [_shelf(category, servers) for category, servers in groups.items()]
    shelves.sort(key=lambda shelf: shelf.title)
    words = "MCP servers by what they are about."
    yield View("categories/", "categories.html", "Categories", words, Shelves(tuple(shelves)), "categories")
    for shelf in shelves:
        for part in slices(groups[shelf.category]):
            model = CategoryPage(shelf.category, shelf.title, shelf.words, part)
            yield View(
                f"categories/{shelf.category}/",
                "category.html",
                part.titled(shelf.title),
                f"{shelf.words}: {counted(part.total, 'MCP server')}.",
                model,
                "categories",
                file=part.file,
            )


def _shelf(category: str, servers: Sequence[Facts]) -> Shelf:
    words = CATEGORY_WORDS[category]
    return Shelf(category, category_title(category), words, len(servers), tuple(servers[:EXAMPLES]))
