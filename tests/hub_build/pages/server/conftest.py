import pytest

from hub_build.pages.draw import drawn
from hub_build.pages.page import Around
from hub_build.pages.server import of_server
from hub_build.pages.server.model import server_page


@pytest.fixture
def server(registry, compiled):
    """The server with that id, as it is compiled from what is on the disk now."""

    def server(id_="weather"):
        return next(one for one in compiled().servers if one.document.id == id_)

    return server


@pytest.fixture
def model(server):
    return lambda id_="weather": server_page(server(id_))


@pytest.fixture
def page(server, frame):
    """The page of a server, as text."""

    def page(id_="weather", related=()):
        (view,) = of_server(server(id_), Around(related))
        path, data = drawn(view, frame)
        assert path == f"servers/{id_}/index.html"
        return data.decode()

    return page
