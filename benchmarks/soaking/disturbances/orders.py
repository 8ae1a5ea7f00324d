"""A server is restarted, or stopped and started, over the REST API. Calls wait for one that is restarted."""

from random import Random

from soaking.judge import Fault, require_clear
from soaking.scene import Scene, require_status


async def act(scene: Scene, chance: Random) -> str:
    """Restart a server that is called all the time, or stop a remote one and start it again."""
    async with scene.orders:
        if chance.random() < 0.7:
            name = chance.choice([one for one in scene.steady if one != scene.doomed])
            require_status(await scene.rest("POST", f"/v0/servers/{name}/restart"), 200)
            return "restarted"
        name = chance.choice(list(scene.registry.versions))
        require_status(await scene.rest("POST", f"/v0/servers/{name}/stop"), 200)
        require_clear(await scene.error_of(f"{name}_echo"), name)
        require_status(await scene.rest("POST", f"/v0/servers/{name}/start"), 200)
        if await scene.call(f"{name}_echo", "back") != "back":
            raise Fault(f"{name} does not serve after it was started")
        return "stopped and started"
