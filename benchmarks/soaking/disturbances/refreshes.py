"""The registry changes, or its host does not answer or lies; the hub reads it anew whenever it is told to reload."""

from random import Random

from soaking.judge import Fault
from soaking.scene import Scene, require_status


async def act(scene: Scene, chance: Random) -> str:
    """A new version of one server is published, behind a host of some mode."""
    modes = ["good", "good", "down", "forged", "broken", *([] if scene.short else ["silent"])]
    async with scene.orders:
        name, mode = chance.choice(list(scene.registry.versions)), chance.choice(modes)
        if mode != "good":
            await _bad(scene, name, mode)
        scene.registry.versions[name] += 1
        scene.registry.publish()
        require_status(await scene.rest("POST", "/v0/reload"), 200)
        await _require_version(scene, name, scene.registry.version(name))
        return mode


async def _bad(scene: Scene, name: str, mode: str) -> None:
    """A host that gives nothing, or what nobody signed, leaves everything as it was."""
    before = scene.registry.version(name)
    scene.web.forged = scene.registry.forged_timestamp()
    scene.web.mode = mode
    asked = scene.web.asked
    try:
        answer = await scene.rest("POST", "/v0/reload")
    finally:
        scene.web.mode = "good"
    # Who does not answer is done without; who lies is told of.
    require_status(answer, 200 if mode in ("down", "silent") else 409)
    if scene.web.asked == asked:
        raise Fault("the registry was not asked")
    await _require_version(scene, name, before)


async def _require_version(scene: Scene, name: str, version: str) -> None:
    said = await scene.call(f"{name}_version")
    if said != version:
        raise Fault(f"{name} is version {said}; the registry has {version}")
