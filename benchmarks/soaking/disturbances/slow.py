"""Clients that read a large answer slowly, and some that stop in the middle."""

import asyncio
from random import Random

import msgspec

from soaking.judge import Fault
from soaking.scene import Scene

LARGE = 1_000_000
PIECE = 65_536
PAUSE_SECONDS = 0.1


async def act(scene: Scene, chance: Random) -> str:
    """Ask for a megabyte and read it in pieces."""
    name = chance.choice(scene.steady)
    text = f"slow {scene.number()} ".ljust(LARGE, "y")
    params = {"tool": "echo", "arguments": {"text": text}}
    body = msgspec.json.encode(params)
    gives_up = chance.random() < 0.5
    async with scene.raw() as (reader, writer):
        writer.write(scene.head(f"/api/services/{name}/call", len(body), "connection: close") + body)
        read = bytearray()
        while piece := await reader.read(PIECE):
            read += piece
            if gives_up and len(read) > LARGE // 2:
                return "gave up"
            await asyncio.sleep(PAUSE_SECONDS)
    if read.startswith(b"HTTP/1.1 200") and text.encode() in read:
        return "read"
    if read.startswith(b"HTTP/1.1 50") and scene.killer.excuses(name):
        return "in vain"
    raise Fault(f"a slow reader of {name} got {len(read)} bytes: {bytes(read[:200])!r}")
