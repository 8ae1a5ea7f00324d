"""`/servers/<id>/`: all that a reader wants to know before they start a server."""

from collections.abc import Iterator
from dataclasses import dataclass

from hub_build.compile import Server
from hub_build.pages.page import Around, View
from hub_build.pages.related import Neighbour


@dataclass(frozen=True, slots=True)
class ServerPage:
    """What the page shows."""

    id: str
    title: str
    description: str
    version: str
    related: tuple[Neighbour, ...]


def of_server(server: Server, around: Around) -> Iterator[View]:
    """One page. Withdrawn servers have one too, which says so: links to it are everywhere."""
    one = server.document
    model = ServerPage(one.id, one.title, one.description, one.version, around.related)
    yield View(f"servers/{one.id}/", "server.html", one.title, one.description, model, section="servers")
