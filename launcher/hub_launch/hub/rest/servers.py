"""Routes about servers."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from hub_launch.hub.problem import Refusal
from hub_launch.hub.rest.find import MAX_QUERY, find
from hub_launch.hub.rest.known import UNKNOWN, AHub, AServer, AView
from hub_launch.hub.rest.logs import MAX_LINES, last_lines
from hub_launch.hub.rest.models import Hits, ListMetadata, Log, ServerList, ServerResponse
from hub_launch.hub.rest.problems import INVALID, problems

router = APIRouter(tags=["servers"])

# As the official registry has it.
MAX_PAGE = 100

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many at the most.")]


@router.get("/v0/servers", response_model_exclude_unset=True, responses=problems(INVALID))
async def servers(
    means: AHub,
    view: AView,
    cursor: Annotated[str, Query(max_length=64, description="The `nextCursor` of the page before.")] = "",
    limit: Limit = MAX_PAGE,
    search: Annotated[str, Query(max_length=MAX_QUERY, description="A part of a server's name or title.")] = "",
) -> ServerList:
    """The servers of this hub, in the form of the official registry's list."""
    listed = [view.listed(one) for _, one in sorted(means.supervisor.servers.items()) if one.status.id > cursor]
    wanted = search.casefold()
    found = [one for one in listed if wanted in one.server.name.casefold() or wanted in one.server.title.casefold()]
    page = found[:limit]
    metadata = ListMetadata(count=len(page))
    if len(found) > limit:
        # Absent on the last page, as in the official registry: clients go on wherever there is one.
        metadata = ListMetadata(count=len(page), next_cursor=page[-1].meta.runtime.id)
    return ServerList(servers=tuple(page), metadata=metadata)


@router.get("/v0/servers/{id}", response_model_exclude_unset=True, responses=problems(UNKNOWN))
async def server(view: AView, server: AServer) -> ServerResponse:
    """One server, with its tools and all that is known of it."""
    return view.details(server)


@router.get("/v0/servers/{id}/logs", responses=problems(UNKNOWN | INVALID))
async def logs(
    server: AServer,
    lines: Annotated[int, Query(ge=1, le=MAX_LINES, description="How many at the most.")] = 200,
    instance: Annotated[int, Query(ge=1, description="Which of several instances.")] = 1,
) -> Log:
    """The end of what a server has written to its log."""
    known = [one.log for one in server.instances] or [server.log]
    if instance > len(known):
        raise Refusal(HTTPStatus.NOT_FOUND, f"server '{server.status.id}' has {len(known)} instances")
    return Log(lines=tuple(await asyncio.to_thread(last_lines, known[instance - 1], lines)))


@router.get("/v0/search", responses=problems(INVALID))
async def search(
    means: AHub,
    q: Annotated[str, Query(min_length=1, max_length=MAX_QUERY, description="Words.")],
    limit: Limit = 20,
) -> Hits:
    """Servers and tools that have any of the words in their name, title or description, best first."""
    hits = find(means.supervisor.servers.values(), q)
    return Hits(results=tuple(hits[:limit]), count=len(hits))
