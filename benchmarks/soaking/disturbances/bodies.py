"""Requests that are too large, said at once or found out."""

from random import Random

from hub_launch.hub.limits import MAX_BODY_BYTES
from soaking.judge import Fault
from soaking.scene import Scene, patience, status_of

PIECE = 1024 * 1024
SENT_SECONDS = 90.0


async def act(scene: Scene, chance: Random) -> str:
    """Promise too much, or send too much without having said so, which takes long."""
    path = chance.choice(["/mcp", "/servers/s0/mcp"])
    if scene.short or chance.random() < 0.9:
        async with scene.raw() as (reader, writer), patience("a refusal"):
            writer.write(scene.head(path, MAX_BODY_BYTES + 1))
            return _refused(await status_of(reader), "promised")
    async with scene.raw() as (reader, writer), patience("a refusal", SENT_SECONDS):
        writer.write(scene.head(path, None))
        piece = f"{PIECE:x}\r\n".encode() + b" " * PIECE + b"\r\n"
        try:
            for _ in range(MAX_BODY_BYTES // PIECE + 2):
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            # Closed before all was sent, which is as good.
            return "sent"
        return _refused(await status_of(reader), "sent")


def _refused(status: int, how: str) -> str:
    if status != 413:
        raise Fault(f"a body that is too large ({how}) is answered with HTTP {status}")
    return how
