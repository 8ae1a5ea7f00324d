import json
import logging
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from hub_launch.errors import HubError
from hub_launch.plan import HttpLaunch
from hub_launch.run.eras import MODERN, for_server
from hub_launch.run.exchange import Challenge
from hub_launch.run.messages import raw
from hub_launch.run.signin import SignedIn, Store
from hub_launch.run.signin.flow import Registered, checked, sign_in


async def test_a_user_who_signs_in_is_let_in(protected, store, browser, signed_in, link):
    assert await signed_in() is False
    one = link(protected.launch.url, authorization=SignedIn(protected.launch, store))
    one.protocol_version = "2026-07-28"
    params = for_server(MODERN, {"name": raw("echo"), "arguments": raw({"text": "it is me"})})
    answer = await one.request("tools/call", params)
    assert json.loads(bytes(answer.result))["content"][0]["text"] == "it is me"
    assert "You are signed in." in browser.seen[1]


async def test_the_code_is_bound_to_whom_it_was_given(protected, browser, signed_in):
    await signed_in()
    query = parse_qs(urlsplit(browser.seen[0]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"][0].startswith("http://127.0.0.1:")
    assert query["resource"] == [protected.launch.url]
    assert len(query["state"][0]) > 20


async def test_tokens_are_in_the_keyring_where_there_is_one(protected, tmp_path, keyring, browser):
    store = Store(tmp_path / "signin", lambda: keyring)
    assert await sign_in(protected.launch, store, browser) is True
    token = next(iter(protected.provider.access_tokens))
    assert token not in store.path(protected.launch.url).read_text()
    assert token in str(keyring.kept)


async def test_a_server_that_asks_nobody_who_they_are_is_told(serve, store, browser):
    from fastmcp import FastMCP

    url = await serve(FastMCP("open").http_app(stateless_http=True)) + "/mcp"
    with pytest.raises(HubError, match=r"does not ask who you are \(HTTP 200\)"):
        await sign_in(HttpLaunch("open", "Open", "remote", "streamable-http", url), store, browser)
    assert browser.seen == []


async def test_a_user_who_is_not_let_in_is_told(protected, store, caplog):
    async def refuse(address):
        back = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        async with httpx2.AsyncClient(trust_env=False) as client:
            page = await client.get(f"{back}?error=access_denied&error_description=Not+%1b[31mtoday")
            assert "You are not signed in." in page.text

    with caplog.at_level(logging.DEBUG), pytest.raises(HubError, match=r"Not \\x1b\[31mtoday"):
        await sign_in(protected.launch, store, refuse)
    assert store.load(protected.launch.url) is None


async def test_a_visit_of_somebody_else_signs_nobody_in(protected, store):
    async def forge(address):
        back = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        async with httpx2.AsyncClient(trust_env=False) as client:
            assert (await client.get(back)).status_code == 404
            assert (await client.get(back.replace("/callback", "/other?code=1"))).status_code == 404
            assert (await client.post(f"{back}?code=1")).status_code == 404
            await client.get(f"{back}?code=stolen&state=guessed")

    with pytest.raises(HubError, match="You are not signed in to far: State parameter mismatch"):
        await sign_in(protected.launch, store, forge)
    assert store.load(protected.launch.url) is None


async def test_a_user_who_does_not_want_to_go_there_is_not_signed_in(protected, store):
    async def decline(address):
        raise HubError("as you like")

    with pytest.raises(HubError, match="as you like"):
        await sign_in(protected.launch, store, decline)


async def test_what_a_server_wanted_when_it_refused_a_request_is_asked_for(protected, store, browser):
    store.keep_challenge(protected.launch.url, Challenge(401, 'Bearer scope="read"'))
    await sign_in(protected.launch, store, browser)
    # The server may ask nobody who they are until they call a tool.
    assert "POST /mcp" not in protected.asked
    assert parse_qs(urlsplit(browser.seen[0]).query)["scope"] == ["read"]
    assert store.challenge(protected.launch.url) is None


async def test_a_user_who_has_to_allow_more_keeps_what_they_allowed(protected, store, browser):
    store.keep_challenge(protected.launch.url, Challenge(401, 'Bearer scope="read"'))
    await sign_in(protected.launch, store, browser)
    store.keep_challenge(protected.launch.url, Challenge(403, 'Bearer error="insufficient_scope", scope="write"'))
    await sign_in(protected.launch, store, browser)
    assert parse_qs(urlsplit(browser.seen[2]).query)["scope"] == ["read write"]


@pytest.mark.parametrize("known", [Registered("known-before"), Registered("known-before", "s3cret")])
async def test_a_hub_that_is_known_already_does_not_register(protected, store, known):
    async def see(address):
        assert parse_qs(urlsplit(address).query)["client_id"] == ["known-before"]
        raise HubError("seen")

    with pytest.raises(HubError, match="seen"):
        await sign_in(protected.launch, store, see, registered=known)
    assert "POST /register" not in protected.asked
    assert "s3cret" not in repr(known)


@pytest.mark.parametrize(
    "address",
    [
        "http://login.example.com/authorize",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://login.example.com/$(reboot)",
        "https://login.example.com/`reboot`",
        'https://login.example.com/";reboot;"',
        "https://login.example.com/a|b",
        "https://login.example.com/\x1b[31m",
        "https://me@login.example.com/",
        "-https://login.example.com/",
        "",
    ],
)
def test_an_address_that_no_browser_should_be_given_is_refused(address):
    with pytest.raises(HubError, match="no safe address"):
        checked("far", address)


@pytest.mark.parametrize(
    "address", ["https://login.example.com/a?b=c&d=%20", "http://127.0.0.1:8080/a", "http://localhost/a"]
)
def test_other_addresses_are_shown(address):
    assert checked("far", address) == address


async def test_what_a_server_names_inside_the_users_network_is_not_asked(hostile, answered, store, browser):
    inner = await hostile(lambda asked, writer: None)

    async def answer(asked, writer):
        where = 'Bearer resource_metadata="http://169.254.169.254/latest/meta-data"'
        writer.write(answered(b"", "401 No", **{"www-authenticate": where}))

    far = await hostile(answer)
    launch = HttpLaunch("far", "Far", "remote", "streamable-http", far.url)
    with pytest.raises(HubError, match="not signed in to far"):
        await sign_in(launch, store, browser)
    assert (inner.asked, browser.seen) == ([], [])
