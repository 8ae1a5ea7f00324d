"""`/tags/`: the words by which publishers want their servers found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled
from hub_build.pages.data.facts import Facts, read_facts
from hub_build.pages.data.groups import by_tag, has_page
from hub_build.pages.data.paging import Slice, slices
from hub_build.pages.page import View
from hub_launch.text import counted

# Of many tags, these are what most readers look for.
MAX_FREQUENT = 50


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag among all. path: where it leads: to its page, or to the one server that has it."""

    tag: str
    count: int
    path: str


@dataclass(frozen=True, slots=True)
class TagsPage:
    """A page of all tags. frequent: on the first page, where there are more tags than that; by count."""

    frequent: tuple[TagLine, ...]
    slice: Slice[TagLine]


@dataclass(frozen=True, slots=True)
class TagPage:
    """One tag. slice: its servers, by title."""

    tag: str
    slice: Slice[Facts]


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Iterator[View]:
    """The pages of all tags, and the page of each that several servers have."""
    groups = by_tag(read_facts(tuple(rows)))
    lines = [TagLine(tag, len(servers), tag_path(tag, servers)) for tag, servers in groups.items()]
    frequent = sorted(lines, key=lambda line: (-line.count, line.tag))[:MAX_FREQUENT]
    for part in slices(lines):
        shown = tuple(frequent) if part.number == 1 and part.pages > 1 else ()
        words = "MCP servers by the words that their publishers gave them."
        yield View(
            "tags/", "tags.html", part.titled("Tags"), words, TagsPage(shown, part), "categories", file=part.file
        )
    for tag, servers in groups.items():
        if has_page(servers):
            yield from _pages(tag, servers)


def tag_path(tag: str, servers: Sequence[Facts]) -> str:
    """Where a reader finds the servers with `tag`, relative to the site."""
    return f"tags/{tag}/" if has_page(servers) else f"servers/{servers[0].id}/"


def _pages(tag: str, servers: Sequence[Facts]) -> Iterator[View]:
    for part in slices(servers):
        words = f"{counted(part.total, 'MCP server')} with the tag {tag}."
        title = part.titled(f"Tag: {tag}")
        yield View(f"tags/{tag}/", "tag.html", title, words, TagPage(tag, part), "categories", file=part.file)
