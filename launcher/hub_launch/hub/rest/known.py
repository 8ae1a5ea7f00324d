"""What routes share: the hub that they speak for, and the server that an address names.

All of it is `async`, though it waits for nothing: FastAPI has threads do what is not, and going to one and back takes
longer than most answers.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Path, Request

from hub_launch.hub.problem import Refusal
from hub_launch.hub.rest.means import Means
from hub_launch.hub.rest.view import View
from hub_launch.run.server import Server
from hub_launch.text import printable, shortened

UNKNOWN = {HTTPStatus.NOT_FOUND: "No server of that id is part of this hub."}

# Of an id that nobody knows, enough to recognise it.
_SHOWN = 64


async def means_of(request: Request) -> Means:
    """The hub."""
    means: Means = request.app.state.means
    return means


async def view_of(request: Request) -> View:
    """The hub as whoever asks sees it."""
    return View(await means_of(request), str(request.base_url))


async def server_of(
    means: Annotated[Means, Depends(means_of)],
    id: Annotated[str, Path(description="What the server is called in this hub.")],
) -> Server:
    """The server that the address names. Raises Refusal (404)."""
    return named(means, id)


def named(means: Means, id: str) -> Server:
    """The server of that id. Raises Refusal (404)."""
    server = means.supervisor.servers.get(id)
    if server is None:
        known = ", ".join(means.supervisor.servers) or "none"
        shown = printable(shortened(id, _SHOWN))
        raise Refusal(HTTPStatus.NOT_FOUND, f"no server '{shown}' is part of this hub; there are: {known}")
    return server


AHub = Annotated[Means, Depends(means_of)]
AView = Annotated[View, Depends(view_of)]
AServer = Annotated[Server, Depends(server_of)]
