import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.access import AccessMiddleware, require_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
def test_an_address_that_only_this_machine_reaches_is_listened_on(host):
    require_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.2", "192.0.2.1", "name.invalid", "localhost.evil.example"]
)
def test_no_other_address_is(host):
    with pytest.raises(HubError, match="listens on this machine only") as caught:
        require_loopback(host)
    assert caught.value.code == ExitCode.USAGE


@pytest.fixture
def status():
    """The status that a request with these headers gets; 200 if it is let through."""

    async def ask(kind="http", scheme="http", **headers):
        sent = []

        async def app(scope, receive, send):
            sent.append(200)

        async def send(message):
            if message["type"] == "http.response.start":
                sent.append(message["status"])

        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await AccessMiddleware(app)({"type": kind, "scheme": scheme, "headers": raw}, None, send)
        (only,) = sent
        return only

    return ask


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8080", "127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8080", "[::1]", "127.1.2.3:8080"],
)
async def test_a_host_header_of_this_machine_is_let_through(status, host):
    assert await status(host=host) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example:80",
        "0.0.0.0:8080",
        "192.168.1.2",
        "127.0.0.1:80@evil.example",
        "[::]:80",
        "[::1].evil.example",
        "localhost:",
        ":80",
        "",
    ],
)
async def test_any_other_is_turned_away(status, host):
    assert await status(host=host) == 421


async def test_a_request_without_a_host_is_turned_away(status):
    assert await status() == 421


async def test_a_page_of_the_hub_itself_is_let_through(status):
    assert await status(host="localhost:8080", origin="http://localhost:8080") == 200
    assert await status(host="localhost:8080", origin="HTTP://LOCALHOST:8080") == 200
    assert await status(host="localhost", origin="https://localhost", scheme="https") == 200


@pytest.mark.parametrize(
    "origin",
    ["null", "", "http://localhost:9090", "http://127.0.0.1:8080", "https://localhost:8080", "http://localhost:8080/"],
)
async def test_a_page_of_any_other_origin_is_turned_away(status, origin):
    assert await status(host="localhost:8080", origin=origin) == 403


async def test_what_is_no_http_request_is_none_of_its_business(status):
    assert await status("lifespan") == 200
