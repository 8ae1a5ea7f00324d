import asyncio
import time

import pytest

from hub_launch.plan import HttpLaunch
from hub_launch.run.eras import MODERN, for_server
from hub_launch.run.link import LinkGone
from hub_launch.run.messages import error_text, raw
from hub_launch.run.signin import SignedIn


@pytest.fixture
def header(protected, store):
    """What the user is named with, at a time of the test's."""

    def make(hours=0.0):
        return SignedIn(protected.launch, store, clock=lambda: time.time() + hours * 3600)

    return make


async def test_nobody_who_did_not_sign_in_is_named(header):
    assert await header()(None) is None


async def test_a_user_is_named_from_the_moment_they_sign_in(protected, header, signed_in):
    one = header()
    assert await one(None) is None
    await signed_in()
    assert await one(None) == f"Bearer {next(iter(protected.provider.access_tokens))}"


async def test_a_token_is_used_while_it_lasts_without_asking_anybody(protected, header, signed_in):
    await signed_in()
    one = header()
    asked = len(protected.asked)
    assert await one(None) == await one(None)
    assert len(protected.asked) == asked


async def test_a_token_that_expired_is_renewed_once_for_all_who_wait(protected, header, signed_in):
    await signed_in()
    old = await header()(None)
    one = header(hours=2)
    protected.asked.clear()
    new = set(await asyncio.gather(*(one(None) for _ in range(5))))
    # By the clock of the test the new one is old as well; what counts is that it is another.
    assert len(protected.asked) >= 1
    assert set(protected.asked) == {"POST /token"}
    assert old not in new


async def test_it_is_renewed_where_it_was_got_also_after_a_restart(protected, header, signed_in, store):
    await signed_in()
    assert store.load(protected.launch.url).secret["metadata"]["token_endpoint"].endswith("/token")
    protected.asked.clear()
    await header(hours=2)(None)
    assert protected.asked == ["POST /token"]


async def test_what_was_renewed_is_kept(protected, header, signed_in, store):
    await signed_in()
    await header(hours=2)(None)
    new = store.load(protected.launch.url).secret["tokens"]["access_token"]
    assert new in protected.provider.access_tokens


async def test_a_token_that_was_taken_back_is_renewed_when_it_is_refused(protected, signed_in, store, link, header):
    await signed_in()
    one = link(protected.launch.url, authorization=header())
    one.protocol_version = "2026-07-28"
    protected.provider.access_tokens.clear()
    assert (await one.request("tools/list", for_server(MODERN, {}))).result


async def test_where_nothing_can_be_renewed_the_user_is_asked_to_sign_in(protected, signed_in, link, header):
    await signed_in()
    one = link(protected.launch.url, authorization=header())
    protected.provider.access_tokens.clear()
    protected.provider.refresh_tokens.clear()
    with pytest.raises(LinkGone, match="needs sign-in") as caught:
        await one.request("tools/list", raw({}))
    assert caught.value.hint == "run `hub-launch auth login far`"


async def test_why_a_request_was_refused_is_remembered_for_the_next_sign_in(protected, store, link, header):
    one = link(protected.launch.url, authorization=header())
    with pytest.raises(LinkGone, match="needs sign-in"):
        await one.request("tools/list", raw({}))
    challenge = store.challenge(protected.launch.url)
    assert challenge.status == 401
    assert challenge.header.startswith("Bearer ")


async def test_a_user_who_allowed_too_little_is_told_so_and_the_server_stays(hostile, answered, store, link):
    async def answer(asked, writer):
        wanted = 'Bearer error="insufficient_scope", scope="write"'
        writer.write(answered(b"", "403 Forbidden", **{"www-authenticate": wanted}))

    far = await hostile(answer)
    launch = HttpLaunch("far", "Far", "remote", "streamable-http", far.url)
    one = link(far.url, authorization=SignedIn(launch, store))
    message = await one.request("tools/call", raw({"name": "write"}))
    assert "wants to be allowed more: run `hub-launch auth login" in error_text(message)
    assert store.challenge(far.url).status == 403


async def test_what_the_user_gave_is_what_they_are_known_by(protected, signed_in, link, header):
    await signed_in()
    one = link(protected.launch.url, headers={"Authorization": "Bearer other"}, authorization=header())
    with pytest.raises(LinkGone, match="does not accept the credentials"):
        await one.request("tools/list", raw({}))


async def test_hubs_do_not_renew_the_same_token_twice(protected, header, signed_in):
    await signed_in()
    old = await header()(None)
    first, second = header(), header()
    assert old == await second(None)
    new = await first(old)
    assert await second(old) == new != old
