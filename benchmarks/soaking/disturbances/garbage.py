"""Bytes that are no HTTP, HTTP that carries no JSON, and JSON that is no MCP."""

from random import Random

from soaking.judge import Fault
from soaking.scene import Scene, patience, status_of

BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"[" * 20_000,
    b'{"jsonrpc": "2.0"}',
    b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}',
    b'{"jsonrpc": "2.0", "id": {}, "method": "tools/call", "params": 7}',
    b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 5}}',
    b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "\xff"}}',
    b'{"jsonrpc": "2.0", "id": 1, "method": "no/such", "params": {}}',
    b'{"jsonrpc": "2.0", "id": 1, "result": {}}',
    b'[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]',
)
PATHS = ("/mcp", "/servers/s0/mcp", "/api/services/s0/call", "/v0/nothing")


async def act(scene: Scene, chance: Random) -> str:
    """Send some. Whatever is said to it, it is no internal error."""
    async with scene.raw() as (reader, writer), patience("an answer to garbage"):
        if chance.random() < 0.3:
            writer.write(chance.randbytes(chance.randint(1, 5000)) + b"\r\n\r\n")
            sent, what = b"bytes", "bytes"
            writer.write_eof()
        else:
            sent, what = chance.choice(BODIES), "body"
            writer.write(scene.head(chance.choice(PATHS), len(sent)) + sent)
        status = await status_of(reader)
    if status >= 500:
        raise Fault(f"HTTP {status} for {sent[:100]!r}")
    return what
