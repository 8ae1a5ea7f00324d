"""The form for browsers, at a real hub."""

import re

import httpx2
import pytest

from hub_launch.hub import login as login_module
from hub_launch.hub.access import Access
from hub_launch.hub.login import COOKIE, Login, cookie_of

TOKEN = "token-0123456789abcdef"
PAGE = {"accept": "text/html"}


@pytest.fixture
async def browser(hub, launch):
    """A browser on a hub that asks for a token."""
    running = await hub(launch("aa"), access=Access(token=TOKEN))
    async with httpx2.AsyncClient(base_url=running.url, trust_env=False, headers={"origin": running.url}) as http:
        yield http


async def test_who_asks_for_a_page_is_shown_the_form(browser):
    answer = await browser.get("/", headers=PAGE)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert '<form method="post" action="/login">' in answer.text
    assert (await browser.get("/login", headers=PAGE)).status_code == 200


async def test_the_page_may_load_nothing_and_be_shown_in_no_frame(browser):
    policy = (await browser.get("/login")).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy


async def test_the_token_is_changed_for_a_cookie_that_scripts_and_other_sites_do_not_get(browser):
    answer = await browser.post("/login", data={"token": f" {TOKEN}\n"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert re.match(rf"{COOKIE}=[\w-]{{43}}; HttpOnly; Max-Age=\d+; Path=/; SameSite=strict$", cookie)
    assert TOKEN not in cookie
    assert (await browser.get("/v0/nothing")).status_code == 404


@pytest.mark.parametrize("token", ["", "wrong-0123456789abcdef", "x" * 100_000])
async def test_a_wrong_one_is_not(browser, token):
    answer = await browser.post("/login", data={"token": token})
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert "That is not the token." in answer.text
    assert token not in answer.text or not token


async def test_another_sites_page_cannot_send_the_form(browser):
    answer = await browser.post("/login", data={"token": TOKEN}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


async def test_a_cookie_changes_nothing_for_a_page_that_does_not_say_where_it_is_from(browser):
    await browser.post("/login", data={"token": TOKEN})
    del browser.headers["origin"]
    assert (await browser.get("/v0/nothing")).status_code == 404
    assert (await browser.post("/v0/nothing", json={})).status_code == 401


async def test_a_session_ends_when_it_is_ended(browser):
    await browser.post("/login", data={"token": TOKEN})
    kept = dict(browser.cookies)
    assert (await browser.post("/logout")).status_code == 303
    assert not browser.cookies
    assert (await browser.get("/v0/nothing", headers={"cookie": f"{COOKIE}={kept[COOKIE]}"})).status_code == 401
    assert (await browser.get("/logout")).status_code == 405


async def test_an_invented_cookie_is_nobodys(browser):
    for value in ("x", "", '"', "a" * 43):
        assert (await browser.get("/v0/nothing", headers={"cookie": f"{COOKIE}={value}"})).status_code == 401


async def test_without_a_token_there_is_no_form(hub, launch):
    running = await hub(launch("aa"))
    assert (await running.get("/login", **PAGE)).status_code == 404


class Time:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def opened():
    """Opens a session, over http or https; returns the cookie."""

    async def verified(token):
        return token

    async def open_at(login, origin="http://h", scheme="http"):
        sent = []

        async def receive():
            return {"type": "http.request", "body": b"token=token", "more_body": False}

        async def send(event):
            sent.append(event)

        scope = {
            "type": "http",
            "path": "/login",
            "method": "POST",
            "scheme": scheme,
            "headers": [(b"origin", origin.encode())],
        }
        await login(scope, receive, send)
        return dict(sent[0]["headers"])[b"set-cookie"]

    open_at.verified = verified
    return open_at


async def test_a_session_ends_by_itself(opened):
    time = Time()
    login = Login(opened.verified, time)
    session = cookie_of(await opened(login))
    time.now = login_module.SESSION_SECONDS - 1
    assert login.caller(session) == "page"
    time.now += 2
    assert login.caller(session) is None


async def test_sessions_are_bounded(opened, monkeypatch):
    monkeypatch.setattr(login_module, "MAX_SESSIONS", 2)
    login = Login(opened.verified)
    sessions = [cookie_of(await opened(login)) for _ in range(3)]
    assert [login.caller(one) for one in sessions] == [None, "page", "page"]


@pytest.mark.parametrize(("origin", "scheme"), [("https://hub.example.com", "http"), ("https://h", "https")])
async def test_over_https_the_cookie_never_travels_otherwise(opened, origin, scheme):
    assert b"; Secure" in await opened(Login(opened.verified), origin, scheme)
    assert b"; Secure" not in await opened(Login(opened.verified))
