"""Who must not come in: wrong tokens, other sites' pages, other machines' names, forms."""

from random import Random

from soaking.judge import Fault
from soaking.scene import Scene, patience, status_of

BODY = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
CASES = {
    "no token": ((), False, 401),
    "wrong token": (("authorization: Bearer 0123456789abcdef0123456789",), False, 401),
    "token of no kind": (("authorization: Basic Zm9vOmJhcg==",), False, 401),
    "other site": (("origin: https://evil.example",), True, 403),
    "other name": (("host: evil.example",), True, 421),
    "form": (("content-type: text/plain",), True, 400),
    "two hosts": (("host: 127.0.0.1", "host: 127.0.0.1"), True, 400),
}
"""Headers, whether the token is right, and the status that must come."""
PATHS = ("/mcp", "/servers/s0/mcp", "/v0/status", "/api/services/s0/call")


async def act(scene: Scene, chance: Random) -> str:
    """One of them knocks."""
    name = chance.choice(list(CASES))
    headers, token, wanted = CASES[name]
    async with scene.raw() as (reader, writer), patience("a refusal"):
        writer.write(scene.head(chance.choice(PATHS), len(BODY), *headers, token=token) + BODY)
        status = await status_of(reader)
    if status != wanted:
        raise Fault(f"{name} is answered with HTTP {status}, not {wanted}")
    return name
