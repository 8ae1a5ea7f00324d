"""Whether the hub still writes down what is called."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from soaking.scene import Scene, patience


async def audited(scene: Scene, folder: Path) -> None:
    """Raise Fault unless a call that is made now is soon in the audit log of the hub in this folder."""
    server, now = scene.steady[0], datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    await scene.call(f"{server}_echo", "written down")
    async with patience(f"the audit log to tell of a call of {server} at {now}"):
        while not told_since(folder / "home/HUB_STATE_DIR/logs/audit.jsonl", now):
            await asyncio.sleep(0.1)


def told_since(log: Path, now: str) -> bool:
    """Whether the last whole line of the log is of that second or a later one."""
    # While it is put aside there is none.
    whole = log.read_bytes().rpartition(b"\n")[0] if log.exists() else b""
    return bool(whole) and json.loads(whole.rpartition(b"\n")[2])["time"] >= now
