"""`/servers/<id>/`: all that a reader wants to know before they start a server."""

from collections.abc import Iterator

from hub_build.compile import Server
from hub_build.pages.page import Around, View
from hub_build.pages.server.model import server_page


def places(server: Server) -> tuple[str, ...]:
    """Where it is."""
    return (f"servers/{server.document.id}/index.html",)


def of_server(server: Server, around: Around) -> Iterator[View]:
    """One page. Withdrawn servers have one too, which says so: links to it are everywhere."""
    one = server.document
    page = server_page(server, around)
    yield View(f"servers/{one.id}/", "server.html", one.title, one.description, page, section="servers")
