"""What the status page, scripts and Prometheus ask."""

from random import Random

import msgspec

from soaking.judge import Fault
from soaking.scene import Scene, require_status

PATHS = (
    "/v0/ping",
    "/v0/version",
    "/v0/health",
    "/v0/status",
    "/v0/servers",
    "/v0/servers/s0",
    "/v0/servers/s0/logs",
    "/v0/search?q=echo",
    "/metrics",
    "/api/services",
    "/api/services/s0/health",
    "/openapi.json",
    "/",
)


async def act(scene: Scene, chance: Random) -> str:
    """One page, or one call."""
    if chance.random() < 0.7:
        require_status(await scene.rest("GET", chance.choice(PATHS)), 200)
        return "read"
    if chance.random() < 0.2:
        require_status(await scene.rest("POST", "/api/services/nobody/call", {"tool": "echo"}), 404)
        return "not found"
    name, text = chance.choice(scene.steady), f"rest {scene.number()} " + "ü" * chance.randint(0, 3000)
    answer = await scene.rest("POST", f"/api/services/{name}/call", {"tool": "echo", "arguments": {"text": text}})
    if answer.status == 200 and msgspec.json.decode(answer.body)["content"][0]["text"] == text:
        return "called"
    if answer.status in (502, 503) and scene.killer.excuses(name):
        return "called in vain"
    raise Fault(f"a call of {name} over REST: HTTP {answer.status}, {bytes(answer.body[:300])!r}")
