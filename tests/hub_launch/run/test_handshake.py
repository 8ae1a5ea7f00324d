"""Handshakes with servers of both eras, slow ones, and ones that do not keep to the protocol; without processes."""

import asyncio

import mcp_types
import pytest

from hub_launch.run import eras, handshake
from hub_launch.run.handshake import greet
from hub_launch.run.link import LinkGone, ProtocolError
from hub_launch.run.messages import Message, object_of, raw

INFO = {"name": "tiny", "version": "1"}
LEGACY = {
    "protocolVersion": "2025-06-18",
    "capabilities": {"tools": {}},
    "serverInfo": INFO,
    "instructions": "Be kind.",
}
MODERN = {"supportedVersions": ["2026-07-28"], "capabilities": {}, "_meta": {eras.SERVER_INFO_KEY: INFO}}


class Link:
    """Answers `initialize` and `server/discover` as a test says: a result, None for an error, ... for never."""

    def __init__(self, initialize=None, discover=None):
        self.answers = {"initialize": initialize, "server/discover": discover}
        self.protocol_version = None
        self.said = []

    async def request(self, method, params, on_progress=None, on_message=None):
        self.said.append(method)
        answer = self.answers[method]
        if answer is ...:
            await asyncio.Event().wait()
        if callable(answer):
            answer = await answer()
        if answer is None:
            return Message("2.0", error=raw({"code": -32601, "message": "Method not found"}))
        return Message("2.0", result=raw(answer))

    async def notify(self, method, params):
        self.said.append(method)


def test_the_names_are_those_of_the_sdk():
    assert mcp_types.PROTOCOL_VERSION_META_KEY == eras.PROTOCOL_VERSION_KEY
    assert mcp_types.CLIENT_INFO_META_KEY == eras.CLIENT_INFO_KEY
    assert mcp_types.CLIENT_CAPABILITIES_META_KEY == eras.CLIENT_CAPABILITIES_KEY


async def test_a_server_of_the_newer_protocol_is_asked_once():
    link = Link(discover=MODERN)
    greeting = await greet(link)
    assert (greeting.era, greeting.protocol_version, greeting.server_info) == ("2026-07-28", "2026-07-28", INFO)
    assert link.said == ["server/discover"]
    assert link.protocol_version == "2026-07-28"


async def test_a_server_that_names_the_version_it_refused_is_asked_again():
    link = Link(discover=MODERN)
    first = raw({"code": -32022, "message": "Unsupported protocol version", "data": {"supported": ["2026-07-28"]}})
    refusals = [Message("2.0", error=first)]
    ask = link.request

    async def request(method, params, on_progress=None):
        answer = await ask(method, params)
        return refusals.pop() if refusals else answer

    link.request = request
    assert (await greet(link)).era == "2026-07-28"
    assert link.said == ["server/discover", "server/discover"]


async def test_a_server_of_the_older_protocol_is_greeted_the_old_way():
    link = Link(initialize=LEGACY)
    greeting = await greet(link)
    assert (greeting.era, greeting.protocol_version, greeting.instructions) == ("legacy", "2025-06-18", "Be kind.")
    assert object_of(greeting.result) == LEGACY
    assert link.said == ["server/discover", "initialize", "notifications/initialized"]


async def test_what_is_known_of_a_server_is_not_asked_again():
    link = Link(initialize=LEGACY, discover=MODERN)
    await greet(link, "legacy")
    assert link.said == ["initialize", "notifications/initialized"]


async def test_a_server_that_says_nothing_to_what_it_does_not_know_is_greeted_the_old_way(monkeypatch):
    monkeypatch.setattr(handshake, "PROBE_SECONDS", 0.01)
    assert (await greet(Link(initialize=LEGACY, discover=...))).era == "legacy"


async def test_the_late_answer_of_a_slow_server_counts_where_the_old_way_is_refused(monkeypatch):
    monkeypatch.setattr(handshake, "PROBE_SECONDS", 0.01)
    up = asyncio.Event()

    async def late():
        await up.wait()
        return MODERN

    async def refused():
        up.set()
        await asyncio.sleep(0.01)

    assert (await greet(Link(initialize=refused, discover=late))).era == "2026-07-28"


async def test_a_server_that_has_changed_its_era_says_so():
    with pytest.raises(ProtocolError, match="does not speak 2026-07-28 any more"):
        await greet(Link(initialize=LEGACY), "2026-07-28")


@pytest.mark.parametrize("version", [None, 5, "1999-01-01", "2026-07-28", "\x1b[2J"])
async def test_a_version_that_there_is_not_is_refused(version):
    with pytest.raises(ProtocolError, match="protocol") as caught:
        await greet(Link(initialize=LEGACY | {"protocolVersion": version}))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("result", [{"serverInfo": 7}, {"capabilities": []}, {"instructions": 5}], ids=str)
async def test_what_nobody_needs_to_be_right_may_be_wrong(result):
    greeting = await greet(Link(initialize=LEGACY | result))
    assert greeting.server_info in (None, INFO)
    assert greeting.capabilities in ({}, {"tools": {}})
    assert greeting.instructions in (None, "Be kind.")


async def test_a_link_that_is_gone_ends_the_handshake():
    async def gone():
        raise LinkGone

    with pytest.raises(LinkGone):
        await greet(Link(discover=gone, initialize=gone))
