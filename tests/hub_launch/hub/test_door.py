"""The door by itself, without a network. Over real sockets it is tested in tests/hostile/test_clients.py."""

import hmac

import pytest
from starlette.responses import PlainTextResponse

from hub_launch.hub import door as door_module
from hub_launch.hub.access import Access
from hub_launch.hub.door import CALLER, Door, caller_of
from hub_launch.hub.limits import MAX_BODY_BYTES

TOKEN = "token-0123456789abcdef"
SITE = "https://app.example.com"


class Answer:
    """What came back, and what the application behind the door saw."""

    def __init__(self):
        self.status = None
        self.headers = {}
        self.scope = None


@pytest.fixture
def ask():
    """Sends a request through a door."""

    def of(access=None):
        seen = []

        async def app(scope, receive, send):
            seen.append(scope)
            await PlainTextResponse("in")(scope, receive, send)

        door = Door(app, access)

        async def request(*pairs, method="POST", path="/mcp", scheme="http", kind="http", **headers):
            answer = Answer()
            named = {"host": "localhost:8080", **{name.replace("_", "-"): value for name, value in headers.items()}}
            raw = [(name.encode(), value.encode()) for name, value in named.items() if value is not None]
            scope = {"type": kind, "method": method, "path": path, "scheme": scheme, "headers": raw + list(pairs)}

            async def receive():
                return {"type": "http.request", "body": b"", "more_body": False}

            async def send(event):
                if event["type"] == "http.response.start":
                    answer.status = event["status"]
                    answer.headers = {key.decode(): value.decode() for key, value in event["headers"]}

            await door(scope | {"server": ("127.0.0.1", 8080)}, receive, send)
            answer.scope = seen.pop() if seen else None
            return answer

        return request

    return of


# Where a request goes, and which page sent it


async def test_a_host_of_another_machine_is_turned_away_and_so_is_none(ask):
    request = ask()
    assert (await request()).status == 200
    assert (await request(host="evil.example")).status == 421
    assert (await request(host=None)).status == 421


async def test_a_page_of_the_hub_itself_is_let_through(ask):
    request = ask()
    assert (await request(origin="http://localhost:8080")).status == 200
    assert (await request(origin="HTTP://LOCALHOST:8080")).status == 200
    assert (await request(host="localhost", origin="https://localhost", scheme="https")).status == 200


@pytest.mark.parametrize(
    "origin",
    ["null", "", "http://localhost:9090", "http://127.0.0.1:8080", "https://localhost:8080", "http://localhost:8080/"],
)
async def test_a_page_of_any_other_origin_is_turned_away(ask, origin):
    assert (await ask()(origin=origin)).status == 403


@pytest.mark.parametrize(
    "kind", ["text/plain", "TEXT/PLAIN; x=y", "multipart/form-data", "application/x-www-form-urlencoded"]
)
async def test_what_a_page_may_send_without_being_asked_is_not_read(ask, kind):
    assert (await ask()(content_type=kind)).status == 415


@pytest.mark.parametrize(
    "double", [b"host", b"origin", b"authorization", b"content-type", b"content-length"], ids=bytes.decode
)
async def test_a_header_that_counts_stands_once(ask, double):
    one = {"origin": "http://localhost:8080", "authorization": "x", "content_type": "a/b", "content_length": "1"}
    assert (await ask()((double, b"localhost:8080"), **one)).status == 400


async def test_other_headers_may_stand_twice(ask):
    assert (await ask()((b"accept", b"a/b"), (b"accept", b"c/d"))).status == 200


async def test_what_was_let_through_once_is_judged_anew_with_other_headers(ask):
    request = ask()
    for _ in range(2):
        assert (await request(content_type="application/json")).status == 200
        assert (await request(content_type="application/json", origin="http://evil.example")).status == 403
        assert (await request(content_type="application/json", host="evil.example")).status == 421


async def test_what_is_remembered_of_headers_is_bounded(ask, monkeypatch):
    monkeypatch.setattr(door_module, "_MAX_KNOWN", 2)
    request = ask()
    for number in range(5):
        assert (await request(content_type=f"application/{number}")).status == 200
    assert (await request(origin="null")).status == 403


async def test_what_is_no_http_request_is_none_of_its_business(ask):
    assert (await ask(Access(token=TOKEN))(kind="lifespan")).status == 200


# Who sent it


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer null"],
)
@pytest.mark.parametrize(
    "path", ["/mcp", "/servers/aa/mcp", "/", "/docs", "/metrics", "/v0/servers", "/v0/ping/", "/x"]
)
async def test_without_the_token_nothing_is_answered(ask, authorization, path):
    answer = await ask(Access(token=TOKEN))(authorization=authorization, path=path)
    assert (answer.status, answer.scope) == (401, None)
    assert answer.headers["www-authenticate"].startswith('Bearer realm="mcp-hub"')


@pytest.mark.parametrize("given", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"BEARER  {TOKEN}"])
async def test_with_it_everything_is(ask, given):
    answer = await ask(Access(token=TOKEN))(authorization=given)
    assert (answer.status, caller_of(answer.scope)) == (200, "token")


async def test_whether_the_hub_is_alive_is_for_everybody_at_the_right_host(ask):
    request = ask(Access(token=TOKEN))
    assert (await request(path="/v0/ping", method="GET")).status == 200
    assert (await request(path="/v0/ping", method="GET", host="evil.example")).status == 421


async def test_a_token_in_the_address_is_not_looked_at(ask):
    answer = await ask(Access(token=TOKEN))(path=f"/mcp?token={TOKEN}")
    assert answer.status == 401


async def test_a_wrong_token_is_told_from_none(ask):
    request = ask(Access(token=TOKEN))
    assert "invalid_token" in (await request(authorization="Bearer x")).headers["www-authenticate"]
    assert "invalid_token" not in (await request()).headers["www-authenticate"]


async def test_tokens_are_compared_in_a_time_that_tells_nothing(ask, monkeypatch):
    compared, compare = [], hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda *pair: compared.append(pair) or compare(*pair))
    request = ask(Access(token=TOKEN))
    assert (await request(authorization="Bearer wrong-0123456789ab")).status == 401
    assert (b"Bearer wrong-0123456789ab", f"Bearer {TOKEN}".encode()) in compared


@pytest.mark.parametrize("access", [None, Access(token=TOKEN)], ids=["asks nobody", "asks"])
async def test_nobody_behind_the_door_sees_a_token_or_a_cookie(ask, access):
    answer = await ask(access)(authorization=f"Bearer {TOKEN}", cookie="a=b", accept="x/y")
    assert {name for name, _ in answer.scope["headers"]} == {b"host", b"accept"}


async def test_where_nobody_is_asked_nobody_is_known(ask):
    answer = await ask()(authorization=f"Bearer {TOKEN}")
    assert (answer.status, caller_of(answer.scope), CALLER in answer.scope) == (200, None, False)


# How much they send


@pytest.mark.parametrize("length", [MAX_BODY_BYTES + 1, 300 * 1024 * 1024, 10**30])
async def test_a_body_that_says_it_is_too_long_is_not_read(ask, length):
    assert (await ask()(content_length=str(length))).status == 413


async def test_the_longest_body_is_let_through(ask):
    assert (await ask()(content_length=str(MAX_BODY_BYTES))).status == 200


async def test_whoever_is_not_known_is_told_that_first(ask):
    assert (await ask(Access(token=TOKEN))(content_length=str(10**9))).status == 401


# Pages of other sites


@pytest.fixture
def elsewhere(ask):
    """A door that lets one other site's pages in."""
    return ask(Access(token=TOKEN, origins=frozenset({SITE})))


async def test_a_browser_is_told_which_pages_may_ask_and_with_what(elsewhere):
    asking = {"access_control_request_method": "POST", "access_control_request_headers": "authorization"}
    answer = await elsewhere(method="OPTIONS", origin=SITE, **asking)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, SITE)
    assert "authorization" in answer.headers["access-control-allow-headers"]
    assert (await elsewhere(method="OPTIONS", origin="https://evil.example", **asking)).status == 403


async def test_such_a_page_still_needs_the_token_and_can_read_why_not(elsewhere):
    refused = await elsewhere(origin=SITE)
    assert (refused.status, refused.headers["access-control-allow-origin"]) == (401, SITE)
    assert "www-authenticate" in refused.headers["access-control-expose-headers"]
    answer = await elsewhere(origin=SITE, authorization=f"Bearer {TOKEN}")
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, SITE)
    assert "access-control-allow-credentials" not in answer.headers
