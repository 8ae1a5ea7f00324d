"""Clients that greet and are never heard of again."""

from random import Random

from soaking.scene import Scene

# So that the most that the hub remembers is reached while a long run warms up.
AT_ONCE = 250


async def act(scene: Scene, chance: Random) -> str:
    """Open some sessions, of which none is ended."""
    path = chance.choice(["/mcp", "/mcp", f"/servers/{chance.choice(scene.steady)}/mcp"])
    for _ in range(10 if scene.short else AT_ONCE):
        client = scene.client(path, modern=False)
        await client.open()
        await client.close()
    return "all servers" if path == "/mcp" else "one server"
