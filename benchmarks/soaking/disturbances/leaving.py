"""Clients that ask and are gone before the answer comes."""

import asyncio
from random import Random

import msgspec
from hubs.clients import META, MODERN

from soaking.scene import Scene


async def act(scene: Scene, chance: Random) -> str:
    """Ask over MCP or REST, and go."""
    name, tool = chance.choice(scene.steady), chance.choice(["slow", "echo", "progress"])
    async with scene.raw() as (_, writer):
        writer.write(_over_mcp(scene, name, tool) if chance.random() < 0.5 else _over_rest(scene, name, tool))
        await writer.drain()
        await asyncio.sleep(chance.uniform(0, 0.2))
    return tool


def _over_mcp(scene: Scene, name: str, tool: str) -> bytes:
    params = {"name": f"{name}_{tool}", "arguments": {"text": "gone"}, "_meta": META}
    body = msgspec.json.encode({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    said = [f"mcp-protocol-version: {MODERN}", "mcp-method: tools/call", f"mcp-name: {name}_{tool}"]
    return scene.head("/mcp", len(body), *said) + body


def _over_rest(scene: Scene, name: str, tool: str) -> bytes:
    body = msgspec.json.encode({"tool": tool, "arguments": {"text": "gone"}})
    return scene.head(f"/api/services/{name}/call", len(body)) + body
