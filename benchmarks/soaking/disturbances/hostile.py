"""Servers of the hostile suite, in the same hub."""

import sys
from pathlib import Path
from random import Random

from soaking.judge import Fault, judge, require_clear
from soaking.scene import Scene, patience

FOLDER = Path(__file__).parents[3] / "tests" / "hostile" / "servers"
CASES = {
    "flood": ("stderr_flood.py", True),
    "notes": ("floods_notifications.py", True),
    "huge": ("result_of_100_mb.py", False),
    "dies": ("dies_in_call.py", False),
    "never": ("exits_in_silence.py", False),
}
"""Name in the hub -> file, and whether a call may be answered well."""
# The hub gives up on a line of a hundred megabytes within seconds, on a machine with other things to do.
CALL_SECONDS = 90.0


def servers(env: dict[str, str], *, short: bool) -> dict[str, dict[str, object]]:
    """What a configuration says of them. A short run does without those that cost seconds."""
    return {
        name: {"command": sys.executable, "args": [str(FOLDER / file)], "env": dict(env), "start": "lazy"}
        for name, (file, _) in CASES.items()
        if not (short and name in ("flood", "huge", "notes"))
    }


async def act(scene: Scene, chance: Random) -> str:
    """Call one of them."""
    name = chance.choice([one for one in CASES if one in scene.setting.servers])
    client = scene.client()
    try:
        async with patience(f"an answer of {name}", CALL_SECONDS):
            verdict = judge(await client.exchange("tools/call", {"name": f"{name}_act", "arguments": {}}))
    finally:
        await client.close()
    if verdict.error is not None:
        require_clear(verdict.error, name)
    elif not CASES[name][1]:
        raise Fault(f"{name} cannot answer, and the hub says {(verdict.text or '')[:100]!r}")
    return name
