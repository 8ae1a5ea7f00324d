"""Finding out which era of the protocol a server speaks, and opening the session that the older one wants."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from msgspec import Raw

from hub_launch.run.eras import HUB, LEGACY, LEGACY_VERSIONS, MODERN, SERVER_INFO_KEY, for_server
from hub_launch.run.link import Link, ProtocolError
from hub_launch.run.messages import NO_FIELDS, Message, error_text, object_of, raw
from hub_launch.run.offer import Greeting
from hub_launch.text import printable, shortened

AUTO = "auto"
"""The era is not known yet."""

# A server that knows the newer protocol answers at once when it is up; an older one that says nothing at all to what
# it does not know is asked the old way after this. Starting takes some servers longer, and they are asked twice.
PROBE_SECONDS = 10.0

UNSUPPORTED_VERSION = -32022
"""JSON-RPC's code of a server that does not speak the version it was asked in (2026-07-28)."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Who greets a server of the older protocol."""

    version: str = LEGACY_VERSIONS[-1]
    capabilities: Raw = field(default_factory=lambda: NO_FIELDS)
    info: Raw = field(default_factory=lambda: raw(HUB))


async def greet(link: Link, era: str = AUTO, hello: Hello | None = None) -> Greeting:
    """Agree with the server on a version: the newest that it speaks, or that of `era`, if it is known.

    hello: who greets, if it is not the hub, which can be asked for nothing. Raises LinkGone, or ProtocolError for a
    server that refuses.
    """
    hello = hello or Hello()
    if era == LEGACY:
        return await _initialize(link, hello)
    probe = asyncio.create_task(_discover(link, MODERN))
    try:
        greeting, why = await _within(probe, None if era != AUTO else PROBE_SECONDS)
        if greeting:
            return greeting
        if era != AUTO:
            raise ProtocolError(f"it does not speak {MODERN} any more: {why}")
        return await _fallen_back(link, probe, hello)
    finally:
        probe.cancel()


async def _within(
    probe: "asyncio.Task[tuple[Greeting | None, str]]", seconds: float | None
) -> tuple[Greeting | None, str]:
    done, _ = await asyncio.wait({probe}, timeout=seconds)
    return probe.result() if done else (None, "no answer")


async def _fallen_back(link: Link, probe: "asyncio.Task[tuple[Greeting | None, str]]", hello: Hello) -> Greeting:
    """The handshake of the older protocol; the late answer to the probe counts where that is refused."""
    try:
        return await _initialize(link, hello)
    except ProtocolError:
        # A slow start: the server took the probe for the beginning, and will not hear of the older protocol any more.
        late, _ = probe.result() if probe.done() else (None, "")
        if late is None:
            raise
        return late


async def _discover(link: Link, version: str) -> tuple[Greeting | None, str]:
    """What the server answers in the newer protocol, or None and why not."""
    message = await link.request("server/discover", for_server(version, {}))
    if version in _supported(message):
        # It would not have this version, and names it: a gateway before it, say, had to find out first.
        message = await link.request("server/discover", for_server(version, {}))
    result = object_of(message.result)
    if result is None:
        return None, error_text(message)
    if version not in _texts(result.get("supportedVersions")):
        return None, f"it does not list {version}"
    link.protocol_version = version
    info = result.get("_meta")
    return _greeting(
        version, version, message, result, info.get(SERVER_INFO_KEY) if isinstance(info, dict) else None
    ), ""


async def _initialize(link: Link, hello: Hello) -> Greeting:
    said = {"protocolVersion": hello.version, "capabilities": hello.capabilities, "clientInfo": hello.info}
    message = await link.request("initialize", raw(said))
    result = object_of(message.result)
    if result is None:
        raise ProtocolError(f"it refused to begin a session: {error_text(message)}")
    version = result.get("protocolVersion")
    if version not in LEGACY_VERSIONS:
        shown = shortened(printable(str(version)), 40)
        raise ProtocolError(f"it wants to speak version {shown} of the protocol, which does not exist for `initialize`")
    link.protocol_version = version
    await link.notify("notifications/initialized", raw({}))
    return _greeting(LEGACY, version, message, result, result.get("serverInfo"))


def _greeting(era: str, version: str, message: Message, result: dict[str, Any], info: Any) -> Greeting:
    instructions, capabilities = result.get("instructions"), result.get("capabilities")
    return Greeting(
        era,
        version,
        message.result.copy() if isinstance(message.result, Raw) else NO_FIELDS,
        info if isinstance(info, dict) else None,
        capabilities if isinstance(capabilities, dict) else {},
        instructions if isinstance(instructions, str) else None,
    )


def _supported(message: Message) -> list[str]:
    """The versions that a server names which refuses the one it was asked in."""
    error = object_of(message.error) or {}
    data = error.get("data")
    if error.get("code") != UNSUPPORTED_VERSION or not isinstance(data, dict):
        return []
    return _texts(data.get("supported"))


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
