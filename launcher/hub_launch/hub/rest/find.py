"""Finding servers and tools of a hub by words, as assistants find tools."""

from collections.abc import Iterable, Iterator

from hub_launch.hub.ranking import Ranking, weighed
from hub_launch.hub.rest.models import Hit
from hub_launch.run.server import Server

# Longer than what people type.
MAX_QUERY = 200
# What a thing is called says more than what is said about it.
_NAME, _TITLE, _DESCRIPTION = 4, 2, 1


def find(servers: Iterable[Server], text: str) -> list[Hit]:
    """What has any of the words of `text` in its name, title or description, best first."""
    hits = [hit for server in servers for hit in _things(server)]
    ranking = Ranking(
        [
            weighed(((_NAME, f"{hit.server} {hit.tool or ''}"), (_TITLE, hit.title), (_DESCRIPTION, hit.description)))
            for hit in hits
        ]
    )
    return [hits[number] for number in ranking.best(text)]


def _things(server: Server) -> Iterator[Hit]:
    status, about = server.status, server.planned.about if server.planned else None
    yield Hit(server=status.id, tool=None, title=status.title, description=about.description if about else "")
    for tool in server.offer.tools if server.listed else ():
        words = tool.words()
        title, description = words.get("title") or tool.name, words.get("description") or ""
        yield Hit(server=status.id, tool=tool.name, title=title, description=description)
