import resource

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from hub_launch.hub import limits as limits_module
from hub_launch.hub.limits import MAX_CONNECTIONS, MAX_SURPLUS, RESERVED_FILES, BodyLimit, room_for_connections

ALL = MAX_CONNECTIONS + MAX_SURPLUS + RESERVED_FILES


async def test_a_route_that_reads_a_body_reads_no_more_than_is_allowed(monkeypatch):
    monkeypatch.setattr(limits_module, "MAX_BODY_BYTES", 1000)

    async def length(request):
        return PlainTextResponse(str(len(await request.body())))

    async def parts(count):
        for _ in range(count):
            yield b"x" * 100

    app = Starlette(routes=[Route("/", length, methods=["POST"])], middleware=[Middleware(BodyLimit)])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://h") as http:
        assert (await http.post("/", content=parts(10))).text == "1000"
        refused = await http.post("/", content=parts(11))
    assert (refused.status_code, "at most" in refused.text) == (413, True)


@pytest.mark.parametrize(
    ("soft", "hard", "room", "becomes"),
    [
        (256, resource.RLIM_INFINITY, MAX_CONNECTIONS, ALL),
        (1024, 20_000, MAX_CONNECTIONS, ALL),
        (20_000, 20_000, MAX_CONNECTIONS, 20_000),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, MAX_CONNECTIONS, resource.RLIM_INFINITY),
        (1024, 2048, 2048 - MAX_SURPLUS - RESERVED_FILES, 2048),
        (256, 256, 128, 256),
    ],
)
def test_connections_are_as_many_as_the_system_allows_files(monkeypatch, soft, hard, room, becomes):
    limit = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda which: limit[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda which, new: limit.append(new))
    assert room_for_connections() == room
    assert limit[-1] == (becomes, hard)
