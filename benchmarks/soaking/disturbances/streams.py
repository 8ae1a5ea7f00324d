"""Streams that are opened and not read: of news for a session, for a subscription, and of the status page."""

import asyncio
from random import Random

import msgspec
from hubs.clients import META, MODERN

from soaking.disturbances.halves import keep
from soaking.judge import Fault
from soaking.scene import Scene, patience, status_of

WANTED = {"notifications": {"toolsListChanged": True}, "_meta": META}


async def act(scene: Scene, chance: Random) -> str:
    """Open one and leave it open."""
    kind = chance.choice(["session", "subscription", "events"])
    request = (
        await _session(scene) if kind == "session" else _subscription(scene) if kind != "events" else _events(scene)
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
    keep(scene, writer)
    writer.write(request)
    async with patience(f"the beginning of a stream ({kind})"):
        status = await status_of(reader)
    # Of the page's streams there are fifty at most.
    if status != 200 and not (kind == "events" and status == 503):
        raise Fault(f"a stream ({kind}) is answered with HTTP {status}")
    return kind


def _events(scene: Scene) -> bytes:
    return scene.head("/v0/events", 0, method="GET")


def _subscription(scene: Scene) -> bytes:
    message = {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": WANTED}
    body = msgspec.json.encode(message)
    said = [f"mcp-protocol-version: {MODERN}", "mcp-method: subscriptions/listen"]
    return scene.head("/mcp", len(body), *said) + body


async def _session(scene: Scene) -> bytes:
    client = scene.client(modern=False)
    await client.open()
    await client.close()
    return scene.head("/mcp", 0, f"mcp-session-id: {client.session}", method="GET")
