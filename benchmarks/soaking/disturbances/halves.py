"""Clients that begin a request and never end it: some go, some stay."""

import asyncio
from random import Random

from soaking.scene import Scene

# Kept open at the same time; the oldest are let go.
MOST = 100


async def act(scene: Scene, chance: Random) -> str:
    """Half a head, or half a body."""
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "s0_echo"'
    head = scene.head(chance.choice(["/mcp", "/servers/s0/mcp", "/api/services/s0/call"]), 5000)
    sent = chance.choice([head[: len(head) // 2], head, head + body])
    _, writer = await asyncio.open_connection("127.0.0.1", scene.port)
    writer.write(sent)
    await writer.drain()
    if chance.random() < 0.5:
        await asyncio.sleep(0.05)
        writer.transport.abort()
        return "went"
    keep(scene, writer)
    return "stayed"


def keep(scene: Scene, writer: asyncio.StreamWriter) -> None:
    """Keep a connection open; the oldest of too many are closed."""
    scene.held.append(writer)
    for oldest in scene.held[:-MOST]:
        oldest.transport.abort()
    del scene.held[:-MOST]
