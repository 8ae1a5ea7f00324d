"""Clients that greet and are never heard of again."""

import asyncio
from random import Random

from hub_launch.hub.sessions import MAX_SESSIONS
from soaking.scene import Scene

AT_ONCE = 50
TOGETHER = 8


async def act(scene: Scene, chance: Random) -> str:
    """Open some sessions, of which none is ended."""
    path = chance.choice(["/mcp", "/mcp", f"/servers/{chance.choice(scene.steady)}/mcp"])
    await _open(scene, path, 10 if scene.short else AT_ONCE)
    return "all servers" if path == "/mcp" else "one server"


async def fill(scene: Scene) -> None:
    """Open as many as the hub remembers, so that all that come later take the place of others."""
    await asyncio.gather(*(_open(scene, "/mcp", MAX_SESSIONS // TOGETHER) for _ in range(TOGETHER)))


async def _open(scene: Scene, path: str, count: int) -> None:
    for _ in range(count):
        client = scene.client(path, modern=False)
        await client.open()
        await client.close()
