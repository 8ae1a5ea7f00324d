"""Tools that find tools: what clients are offered in the place of more tools than an assistant can choose among."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Raw

from hub_launch.hub.metatools import LIST, OWN_TOOLS, SEARCH, arguments_of, definitions, limit_of
from hub_launch.hub.outcome import Outcome, Refused
from hub_launch.hub.ranking import Ranking, Words
from hub_launch.hub.shelves import Shelf, Shown, words_of_tools
from hub_launch.run.messages import Fields, fields_of, raw, text_of
from hub_launch.run.selection import Selection
from hub_launch.text import printable, shortened

# Fewer tools than `tools_over` have to be left by this much before all are offered again: a list that grows and shrinks
# by one must not change its nature each time.
_BACK_BELOW = 0.75
# More tools than this are listed by their names alone; a server's own list always says what they do.
_LISTED_WITH_WORDS = 100
# Of a question; what it is about is in its first words.
_MAX_QUERY = 500
# Of a description in a list, about a line.
_MAX_LINE = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """About how many tokens an assistant reads to know tools: a quarter of the bytes, whoever counts the tokens."""

    everything: int
    """All definitions."""
    offered: int
    """What clients are offered now."""


class ToolSearch:
    """Whether tools are searched, and the answers of the tools that search."""

    def __init__(
        self, shelves: Callable[[], Sequence[Shelf]], count: Callable[[], int], choose: Callable[[], Selection]
    ) -> None:
        """`shelves`: what can be called now. `count`: how many tools there are, also of servers that are down."""
        self._shelves = shelves
        self._count = count
        self._choose = choose
        self._on = False
        self._chosen: Selection | None = None
        self._words: Mapping[Shelf, list[Words]] = {}
        self._ranked: tuple[Sequence[Shelf], Ranking] | None = None

    @property
    def on(self) -> bool:
        """Whether clients are offered the tools that search, and not all others."""
        selection = self._choose()
        if selection is not self._chosen:
            self._chosen, self._on = selection, False
        if selection.mode != "auto":
            return selection.mode == "search"
        # Of servers that are down too: one that comes and goes must not change what clients see of the others.
        least = selection.tools_over * (_BACK_BELOW if self._on else 1)
        self._on = self._count() > least
        return self._on

    def takes(self, name: str) -> bool:
        """Whether it is one of the hub's own tools; a client may call it that was told of it a moment ago."""
        return name in OWN_TOOLS and self._choose().mode != "all"

    def definitions(self) -> bytes:
        """The tools that search, joined by commas."""
        return b",".join(bytes(one) for one in definitions(self._shelves()))

    def cost(self) -> Cost:
        """What it costs to tell of tools."""
        everything = sum(len(bytes(tool.raw)) + 1 for shelf in self._shelves() for tool in shelf.tools) // 4
        return Cost(everything, len(self.definitions()) // 4 if self.on else everything)

    async def answer(self, name: str, params: Fields) -> Raw:
        """The result of `search_tools` or `list_available_tools`. Raises Refused."""
        arguments = arguments_of(params)
        return await self._search(arguments) if name == SEARCH else self._list(arguments)

    async def best(self, query: str) -> list[Shown]:
        """The tools that a text may mean, best first."""
        shelves = list(self._shelves())
        tools = [tool for shelf in shelves for tool in shelf.tools]
        exact = [tool for tool in tools if tool.name == query.strip()]
        ranking = await self._ranking(shelves)
        ranked = [tools[number] for number in ranking.best(query[:_MAX_QUERY])]
        return [*exact, *(tool for tool in ranked if tool not in exact)]

    async def _search(self, arguments: Fields) -> Raw:
        query = text_of(arguments.get("query"))
        if query is None or not query.strip():
            raise Refused(f"{SEARCH} needs `query`, a text that says what the tool is to do", Outcome.UNKNOWN)
        best = (await self.best(query))[: limit_of(arguments)]
        if not best:
            text = f"no tool was found for {printable(shortened(query))!r}; try other words, or {LIST}"
            return _told(text, [])
        return _told((b"[" + b",".join(bytes(tool.raw) for tool in best) + b"]").decode(), [tool.raw for tool in best])

    def _list(self, arguments: Fields) -> Raw:
        wanted = text_of(arguments.get("server"))
        shelves = [shelf for shelf in self._shelves() if shelf.tools and wanted in (None, shelf.server)]
        if wanted is not None and not shelves:
            known = ", ".join(shelf.server for shelf in self._shelves() if shelf.tools) or "none"
            raise Refused(
                f"no server '{printable(shortened(wanted))}' has tools here; those that have: {known}", Outcome.UNKNOWN
            )
        brief = wanted is None and sum(len(shelf.tools) for shelf in shelves) > _LISTED_WITH_WORDS
        lines = [line for shelf in shelves for line in (_names(shelf) if brief else _lines(shelf))]
        more = [f"`server` lists one server's tools with what they do; {SEARCH} finds them by it."] if brief else []
        text = "\n".join([*lines, *more]) or "There are no tools now."
        return raw({"content": [{"type": "text", "text": text}]})

    async def _ranking(self, shelves: Sequence[Shelf]) -> Ranking:
        if self._ranked is None or self._ranked[0] != shelves:
            # Some 60 ms for a thousand tools, which nobody else has to wait for.
            self._words, ranking = await asyncio.to_thread(_ranked, shelves, self._words)
            self._ranked = shelves, ranking
        return self._ranked[1]


def _ranked(shelves: Sequence[Shelf], before: Mapping[Shelf, list[Words]]) -> tuple[dict[Shelf, list[Words]], Ranking]:
    """The words of all tools, read again only where they are others than before, and what finds tools by them."""
    read = {shelf: before.get(shelf) or words_of_tools(shelf) for shelf in shelves}
    return read, Ranking([words for shelf in shelves for words in read[shelf]])


def _told(text: str, tools: Sequence[Raw]) -> Raw:
    return raw({"content": [{"type": "text", "text": text}], "structuredContent": {"result": tools}})


def _names(shelf: Shelf) -> Iterator[str]:
    yield f"{shelf.server} ({len(shelf.tools)}): " + ", ".join(tool.name for tool in shelf.tools)


def _lines(shelf: Shelf) -> Iterator[str]:
    for tool in shelf.tools:
        about = text_of((fields_of(tool.raw) or {}).get("description")) or ""
        line = shortened(" ".join(about.split()), _MAX_LINE)
        yield f"{tool.name}: {line}" if line else tool.name
