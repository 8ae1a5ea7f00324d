"""Finding servers and tools of a hub by words."""

from collections.abc import Iterable, Iterator

from hub_launch.hub.rest.models import Hit
from hub_launch.run.server import Server

# Longer than what people type.
MAX_QUERY = 200
# What a thing is called says more than what is said about it.
NAME, TITLE, DESCRIPTION = 4, 2, 1


def find(servers: Iterable[Server], text: str) -> list[Hit]:
    """What contains every word of `text` anywhere, without case; best first, and as listed otherwise."""
    words = text.casefold().split()
    scored = ((_score(hit, words), hit) for server in servers for hit in _things(server))
    return [hit for score, hit in sorted(scored, key=lambda pair: -pair[0]) if score]


def _things(server: Server) -> Iterator[Hit]:
    status, about = server.status, server.planned.about if server.planned else None
    yield Hit(server=status.id, tool=None, title=status.title, description=about.description if about else "")
    for tool in server.offer.tools if server.listed else ():
        words = tool.words()
        title, description = words.get("title") or tool.name, words.get("description") or ""
        yield Hit(server=status.id, tool=tool.name, title=title, description=description)


def _score(hit: Hit, words: list[str]) -> int:
    """How well it fits; 0 when a word is nowhere in it."""
    name = f"{hit.server} {hit.tool or ''}".casefold()
    title, description = hit.title.casefold(), hit.description.casefold()
    scores = [
        max(NAME * (word in name), TITLE * (word in title), DESCRIPTION * (word in description)) for word in words
    ]
    return sum(scores) if scores and all(scores) else 0
