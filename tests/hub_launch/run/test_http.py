"""Against real servers: what every link must do, in both eras and over each transport."""

import asyncio
import json

import pytest
from fastmcp import Context, FastMCP

from hub_launch.run.eras import for_server
from hub_launch.run.link import LinkGone
from hub_launch.run.messages import raw

LEGACY, MODERN = "2025-11-25", "2026-07-28"


class Seen:
    """What the server's tools noticed."""

    def __init__(self):
        self.started = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.headers = []


def server(seen):
    mcp = FastMCP("far")

    @mcp.tool
    def echo(text: str) -> str:
        return text

    @mcp.tool
    async def count(ctx: Context) -> str:
        for done in range(3):
            await ctx.report_progress(done, 3)
        return "counted"

    @mcp.tool
    async def hang() -> str:
        seen.started.set()
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            seen.cancelled.set()
            raise
        return "never"

    @mcp.tool
    async def grow(ctx: Context) -> str:
        mcp.tool(lambda: "new", name="new")
        await ctx.send_notification(_list_changed())
        return "grown"

    return mcp


def _list_changed():
    import mcp_types

    return mcp_types.ToolListChangedNotification()


def noting(app, seen):
    async def outer(scope, receive, send):
        if scope["type"] == "http":
            named = {key.decode(): value.decode() for key, value in scope["headers"]}
            seen.headers.append((scope["method"], named))
        await app(scope, receive, send)

    return outer


@pytest.fixture
def seen():
    return Seen()


WAYS = [
    pytest.param("http", {"stateless_http": False}, LEGACY, id="session, events"),
    pytest.param("http", {"stateless_http": False, "json_response": True}, LEGACY, id="session, json"),
    pytest.param("http", {"stateless_http": True}, LEGACY, id="stateless, events"),
    pytest.param("http", {"stateless_http": True, "json_response": True}, LEGACY, id="stateless, json"),
    pytest.param("http", {"stateless_http": False}, MODERN, id="modern, events"),
    pytest.param("http", {"stateless_http": True, "json_response": True}, MODERN, id="modern, json"),
    pytest.param("sse", {}, LEGACY, id="older transport"),
]


@pytest.fixture
async def connected(request, serve, link, handshake, seen):
    transport, options, version = request.param
    app = noting(server(seen).http_app(transport=transport, **options), seen)
    url = await serve(app)
    one = link(f"{url}/sse", "sse") if transport == "sse" else link(f"{url}/mcp")
    await handshake(one, version)
    return one


def ways(*wanted):
    chosen = [way for way in WAYS if not wanted or way.id in wanted]
    return pytest.mark.parametrize("connected", [pytest.param(way.values, id=way.id) for way in chosen], indirect=True)


def text_of(answer):
    return json.loads(bytes(answer.result))["content"][0]["text"]


def stated(link, **params):
    """The parameters with what the newer protocol wants to be said in each request."""
    era = MODERN if link.protocol_version == MODERN else "legacy"
    return for_server(era, {key: raw(value) for key, value in params.items()})


async def call(link, tool, on_progress=None, **arguments):
    return await link.request("tools/call", stated(link, name=tool, arguments=arguments), on_progress)


@ways()
async def test_a_call_is_answered(connected):
    assert text_of(await call(connected, "echo", text="wörds")) == "wörds"


@ways()
async def test_calls_at_the_same_time_get_their_own_answers(connected):
    answers = await asyncio.gather(*(call(connected, "echo", text=str(number)) for number in range(20)))
    assert [text_of(one) for one in answers] == [str(number) for number in range(20)]


@ways()
async def test_the_error_of_a_server_is_passed_on(connected):
    answer = await connected.request("no/such", stated(connected))
    assert json.loads(bytes(answer.error))["code"] == -32601


@ways("session, events", "stateless, events", "modern, events", "older transport")
async def test_progress_goes_to_whoever_asked_for_it(connected):
    told = []
    assert text_of(await call(connected, "count", told.append)) == "counted"
    assert [json.loads(bytes(one))["progress"] for one in told] == [0, 1, 2]


@ways("session, events", "modern, events", "older transport")
async def test_a_caller_that_stops_waiting_cancels_the_call(connected, seen, until):
    task = asyncio.create_task(call(connected, "hang"))
    await seen.started.wait()
    task.cancel()
    await asyncio.wait([task])
    async with asyncio.timeout(20):
        await seen.cancelled.wait()
    assert text_of(await call(connected, "echo", text="still there")) == "still there"


@ways("session, events", "older transport")
async def test_what_a_server_says_unasked_is_passed_on(connected, until):
    await call(connected, "grow")
    await until(lambda: "notifications/tools/list_changed" in [one.method for one in connected.messages])


@ways("session, events")
async def test_the_session_and_the_version_are_named_in_every_request_and_ended_at_the_end(connected, seen):
    await call(connected, "echo", text="x")
    await connected.close()
    *_, (method, last) = seen.headers
    sessions = {named.get("mcp-session-id") for _, named in seen.headers[1:]}
    assert method == "DELETE"
    assert sessions == {last["mcp-session-id"]}
    assert {named["mcp-protocol-version"] for method, named in seen.headers[1:] if method == "POST"} == {LEGACY}


@ways("modern, events")
async def test_a_modern_request_repeats_in_headers_what_it_asks_for(connected, seen):
    await call(connected, "echo", text="x")
    [(_, named)] = seen.headers
    assert (named["mcp-method"], named["mcp-name"]) == ("tools/call", "echo")
    assert named["mcp-protocol-version"] == MODERN
    assert "mcp-session-id" not in named


@ways("stateless, events", "modern, events", "modern, json")
async def test_a_call_costs_one_request(connected, seen):
    before = len(seen.headers)
    for _ in range(5):
        await call(connected, "echo", text="x")
    assert len(seen.headers) - before == 5


async def test_a_session_that_the_server_forgot_is_told_and_a_new_one_can_be_opened(serve, link, handshake, seen):
    apps = [server(seen).http_app(stateless_http=False) for _ in range(2)]
    current = [0]

    async def forgetful(scope, receive, send):
        await apps[current[0] if scope["type"] == "http" else 0](scope, receive, send)

    async with apps[1].router.lifespan_context(apps[1]):
        one = link(await serve(forgetful) + "/mcp")
        await handshake(one)
        current[0] = 1
        with pytest.raises(LinkGone, match="session"):
            await call(one, "echo", text="x")
        assert one.protocol_version is None
        await handshake(one)
        assert text_of(await call(one, "echo", text="again")) == "again"
        await one.close()


async def test_a_server_that_was_started_again_is_reached_again(serve, link, handshake, seen):
    one = link(await serve(server(seen).http_app(stateless_http=True, json_response=True)) + "/mcp")
    await handshake(one, MODERN)
    await call(one, "echo", text="x")
    await one._exchange._pool.aclose()
    assert text_of(await call(one, "echo", text="again")) == "again"


async def test_nobody_there_is_told_in_words(link):
    with pytest.raises(LinkGone) as caught:
        await call(link("http://127.0.0.1:1/mcp"), "echo")
    assert caught.value.reason.startswith("cannot be reached:")
    assert "network" in caught.value.hint


async def test_what_only_part_of_a_server_forbids_is_an_answer(serve, link, seen):
    one = link(await serve(server(seen).http_app()) + "/elsewhere")
    answer = await call(one, "echo")
    assert json.loads(bytes(answer.error)) == {"code": -32601, "message": "the server answers HTTP 404 Not Found"}
