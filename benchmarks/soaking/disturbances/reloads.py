"""The configuration changes on the disk: servers are added, changed and removed, or it is wrong for a while."""

import asyncio
import copy
from random import Random

from hubs.memory import has_mark

from soaking.judge import Fault, require_clear
from soaking.scene import Scene, patience, require_status

# More at once would only be slower.
MOST_EXTRA = 3
ROUND = "ECHO_ROUND"


async def act(scene: Scene, chance: Random) -> str:
    """One change, carried out before this returns. Which way the hub hears of it is left to chance."""
    kinds = [_wrong, _added, _removed, _changed]
    async with scene.orders:
        if not _extra(scene):
            kinds.remove(_removed)
        elif len(_extra(scene)) >= MOST_EXTRA:
            kinds.remove(_added)
        kind = chance.choice(kinds)
        return await kind(scene, chance)


def _extra(scene: Scene) -> list[str]:
    return [name for name in scene.setting.servers if name.startswith("x")]


async def _carried_out(scene: Scene, chance: Random) -> None:
    scene.setting.write()
    # Otherwise the hub looks at the file by itself, and now and then both at the same time.
    if chance.random() < 0.7:
        require_status(await scene.rest("POST", "/v0/reload"), 200)
    await scene.until_ids()


async def _added(scene: Scene, chance: Random) -> str:
    name = f"x{scene.number()}"
    server = copy.deepcopy(scene.setting.servers[chance.choice(scene.steady)])
    server["env"]["ECHO_NAME"] = name
    scene.setting.servers[name] = server
    await _carried_out(scene, chance)
    if await scene.call(f"{name}_echo", name) != name:
        raise Fault(f"{name}, which was added, does not say its text")
    return "added"


async def _removed(scene: Scene, chance: Random) -> str:
    name = chance.choice(_extra(scene))
    del scene.setting.servers[name]
    await _carried_out(scene, chance)
    require_clear(await scene.error_of(f"{name}_echo"), name)
    return "removed"


async def _changed(scene: Scene, chance: Random) -> str:
    name = chance.choice([one for one in scene.steady if one != scene.doomed])
    part, turn = scene.setting.servers[name], str(scene.number())
    part["env"][ROUND] = turn
    part["instances"] = chance.choice(["1", "1", "2"])
    part["balance"] = chance.choice(["least-in-flight", "round-robin"])
    scene.killer.replaced(name)
    await _carried_out(scene, chance)
    async with patience(f"{name} to be started as it was changed"):
        while not _runs(scene, name, turn):
            await asyncio.sleep(0.1)
    # Now it starts, if it did not before.
    scene.killer.replaced(name)
    return "changed"


def _runs(scene: Scene, name: str, turn: str) -> bool:
    try:
        return has_mark(int((scene.pids / name).read_text()), f"{ROUND}={turn}")
    except ValueError:
        # It is being written.
        return False


async def _wrong(scene: Scene, chance: Random) -> str:
    del chance
    scene.setting.write_wrong()
    answer = await scene.rest("POST", "/v0/reload")
    scene.setting.write()
    require_status(answer, 409)
    if b"did you mean start" not in answer.body:
        raise Fault(f"a wrong configuration is not explained: {bytes(answer.body[:300])!r}")
    require_status(await scene.rest("POST", "/v0/reload"), 200)
    return "wrong"
