import asyncio
import contextlib
import gzip
import json
import threading

import httpx2
import pytest

from hub_launch.children.openapi.client import MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES, ApiClient


@pytest.fixture
async def client(api):
    """Makes clients of the API; how long they waited between attempts is in `waits`."""
    made = []

    def make(path="/v1", **options):
        waits = []

        async def sleep(seconds):
            waits.append(seconds)

        one = ApiClient(f"{api.url}{path}", sleep=sleep, jitter=lambda: 1.0, **options)
        one.waits = waits
        made.append(one)
        return one

    yield make
    for one in made:
        await one.aclose()


# Where requests go


@pytest.mark.parametrize(
    "url",
    [
        *("https://evil.example/v1/pets", "http://127.0.0.1:1/v1/pets", "http://localhost:{port}/v1/pets"),
        *("{api}/admin", "{api}/v10/pets", "{api}/", "{api}/v1/%2e%2e/admin", "{api}/v1/..%2fadmin", "{api}/v1/..%5cx"),
        *("{api}/v1/a%0d%0ab", "{api}/v1/a%00b"),
    ],
)
async def test_a_request_that_would_leave_the_api_is_not_sent(client, api, url):
    url = url.format(api=api.url, port=api.url.rpartition(":")[2])
    with pytest.raises(ValueError, match="would leave the address of the API; nothing was sent"):
        await client().get(url)
    assert api.requests == []


@pytest.mark.parametrize("path", ["", "/pets", "/pets?x=../..", "/a%2Fb", "/a%252e%252e", "/..a"])
async def test_what_is_below_the_address_is_sent(client, api, path):
    await client().get(f"{api.url}/v1{path}")
    assert api.paths == [f"/v1{path}"]


async def test_an_api_without_a_path_of_its_own_has_all(client, api):
    await client("").get(f"{api.url}/anything")
    assert api.paths == ["/anything"]


async def test_redirects_within_the_api_are_followed(client, api, web_answer):
    api.answers["/v1/old"] = web_answer(b"", 301, {"Location": "/v1/new"})
    assert (await client().get("/old")).json() == {"path": "/v1/new"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_to_others_are_not(client, api, web, web_answer, status):
    elsewhere = api.url.replace("127.0.0.1", "localhost")
    api.answers["/v1/old"] = web_answer(b"", status, {"Location": f"{elsewhere}/x"})
    with pytest.raises(ValueError, match="redirects to 'localhost', which is not its own address"):
        await client().get("/old")
    assert api.paths == ["/v1/old"]


async def test_a_circle_of_redirects_ends(client, api, web_answer):
    api.answers["/v1/old"] = web_answer(b"", 302, {"Location": "/v1/old"})
    with pytest.raises(ValueError, match="redirects more than 3 times"):
        await client().get("/old")


async def test_cookies_of_the_api_are_not_kept(client, api, web_answer):
    api.answers["/v1/login"] = web_answer(b"{}", 200, {"Set-Cookie": "session=1; Path=/"})
    one = client()
    await one.get("/login")
    await one.get("/pets")
    assert "cookie" not in api.requests[1].headers


async def test_an_api_with_a_public_address_is_not_looked_for_in_the_users_network(client, api):
    with pytest.raises(ValueError, match="no public address; nothing was sent"):
        await client(public=True).get("/pets")
    assert api.requests == []


# How much


async def test_a_huge_answer_is_refused_however_it_is_packed(client, api, web_answer):
    packed = gzip.compress(bytes(MAX_RESPONSE_BYTES + 1))
    api.answers["/v1/big"] = web_answer(packed, 200, {"Content-Encoding": "gzip"})
    with pytest.raises(ValueError, match="larger than 4,194,304 bytes; ask for less of it"):
        await client().get("/big")


async def test_a_packed_answer_is_unpacked(client, api, web_answer):
    packed = gzip.compress(b'{"a": 1}')
    api.answers["/v1/small"] = web_answer(packed, 200, {"Content-Encoding": "gzip", "Content-Type": "application/json"})
    assert (await client().get("/small")).json() == {"a": 1}


async def test_a_long_error_is_cut(client, api, web_answer):
    api.answers["/v1/bad"] = web_answer(b"x" * 1_000_000, 400)
    assert len((await client().get("/bad")).content) == 16 * 1024


async def test_a_huge_request_is_refused(client, api):
    with pytest.raises(ValueError, match="the request is larger than 4,194,304 bytes; nothing was sent"):
        await client().post("/pets", content=bytes(MAX_REQUEST_BYTES + 1))
    assert api.requests == []


# How long


async def test_an_api_that_is_slower_than_allowed_is_an_error(client, api, web_answer):
    stop = threading.Event()

    def slow(request):
        stop.wait(20)
        return web_answer()

    api.answers["/v1/slow"] = slow
    try:
        with pytest.raises(httpx2.TimeoutException, match=r"no answer within 0\.1 seconds"):
            await client(timeout=0.1, retries=3).get("/slow")
    finally:
        stop.set()
    assert len(api.requests) == 1


async def test_an_answer_that_comes_byte_by_byte_is_one_too_slow():
    left = asyncio.Event()

    async def drip(reader, writer):
        with contextlib.suppress(ConnectionError):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        left.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        async with ApiClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", timeout=0.2) as one:
            with pytest.raises(httpx2.TimeoutException):
                await one.get("/")
        await asyncio.wait_for(left.wait(), 20)


# Again


def failing(web_answer, *statuses, **headers):
    left = list(statuses)

    def answer(request):
        status = left.pop(0) if left else 200
        return web_answer(b"{}", status, headers if status != 200 else {})

    return answer


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_what_may_be_repeated_is(client, api, web_answer, method, status):
    api.answers["/v1/pets"] = failing(web_answer, status, status)
    one = client(retries=4)
    assert (await one.request(method, "/pets")).status_code == 200
    assert one.waits[:2] == [0.5, 1.0]


async def test_it_is_not_repeated_for_ever(client, api, web_answer):
    api.answers["/v1/pets"] = failing(web_answer, *[503] * 9)
    assert (await client(retries=2).get("/pets")).status_code == 503
    assert len(api.requests) == 3


@pytest.mark.parametrize(("method", "status"), [("POST", 503), ("POST", 502), ("GET", 500), ("GET", 404)])
async def test_what_could_be_done_twice_or_will_fail_again_is_not_repeated(client, api, web_answer, method, status):
    api.answers["/v1/pets"] = failing(web_answer, status)
    assert (await client(retries=2).request(method, "/pets")).status_code == status


@pytest.mark.parametrize("status", [429, 503])
async def test_an_api_that_says_when_to_come_back_is_asked_again_whatever_was_asked(client, api, web_answer, status):
    api.answers["/v1/pets"] = failing(web_answer, status, **{"Retry-After": "3"})
    one = client(retries=2)
    assert (await one.post("/pets")).status_code == 200
    assert one.waits == [3.5]


async def test_nobody_waits_for_an_hour(client, api, web_answer):
    api.answers["/v1/pets"] = failing(web_answer, 429, **{"Retry-After": "3600"})
    one = client(retries=2)
    assert (await one.get("/pets")).status_code == 429
    assert one.waits == []


async def test_an_api_that_is_not_there_yet_is_asked_again(dead_url):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    async with ApiClient(dead_url, retries=1, sleep=sleep, jitter=lambda: 0.0) as one:
        with pytest.raises(httpx2.ConnectError):
            await one.post("/pets", content=json.dumps({}))
    assert waits == [0.25]
