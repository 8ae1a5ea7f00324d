"""The hub that is soaked, as people start it with a configuration, and all that it is given."""

import contextlib
import secrets
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from hubs import backends
from hubs.clients import HttpClient
from hubs.contestants import LOOPBACK, OURS, Plan
from hubs.memory import SERVER_MARK
from hubs.running import Hub, free_port

from soaking.disturbances import hostile
from soaking.killing import Killer
from soaking.registry import Registry
from soaking.scene import Scene
from soaking.setting import Setting
from soaking.web import Web, serving

FROM_REGISTRY = ("r0", "r1", "r2")


def make_scene(folder: Path, killer: Killer, names: tuple[str, ...], mark: str, *, short: bool) -> Scene:
    """A configuration and a registry in an empty folder, for a hub that is not started yet."""
    registry = Registry(folder / "publisher", list(FROM_REGISTRY))
    web = Web(registry.site)
    port = free_port()
    document = {
        "hub": {"port": str(port), "watch": "true", "tools": "all", "token": "${HUB_TOKEN}"},
        "registries": [{"name": "soak", "place": f"{LOOPBACK}:{web.port}/site", "root": str(registry.root)}],
        "servers": _servers(names, folder / "pids", mark)
        | {name: {"registry": "soak", "set": {"host": "127.0.0.1", "port": str(web.port)}} for name in FROM_REGISTRY}
        | hostile.servers({SERVER_MARK: "1", **_pair(mark)}, short=short),
    }
    setting = Setting(folder / "hub.yaml", document)
    steady = tuple(one for one in names if one != killer.doomed)
    return Scene(
        port, secrets.token_hex(16), folder / "pids", killer.doomed, steady, killer, setting, registry, web, short
    )


@contextlib.asynccontextmanager
async def running(scene: Scene, names: tuple[str, ...], folder: Path, faults: list[str]) -> AsyncIterator[Hub]:
    """The hub with a window. Whether it ended well is told to `faults`."""
    with serving(scene.web):
        hub = Hub(OURS, {name: {} for name in names}, _plan(scene, folder, names), folder)
        try:
            yield hub
            if hub.process.poll() is not None:
                faults.append(f"the hub ended by itself ({hub.process.returncode}): {hub.said()}")
        finally:
            scene.calm()
            began = time.monotonic()
            left = await hub.stop()
            if hub.process.returncode != 0 or left:
                ended = f"code {hub.process.returncode} after {time.monotonic() - began:.1f} s, {len(left)} left"
                faults.append(f"the hub did not end well: {ended}: {hub.said()}")


def _plan(scene: Scene, folder: Path, names: tuple[str, ...]) -> Plan:
    program = str(Path(__file__).parent / "watched.py")
    homes = {name: str(folder / "home" / name) for name in ("HUB_CACHE_DIR", "HUB_STATE_DIR", "HUB_CONFIG_DIR")}
    windows = {"SOAK_WINDOW": str(folder / "tasks"), "SOAK_STALLS": str(folder / "stalls")}

    def clients(modern: bool) -> Mapping[str, HttpClient]:
        return dict.fromkeys(names, scene.client(modern=modern))

    return Plan(
        [sys.executable, program, "run", "--config", str(scene.setting.path), "--yes"],
        clients,
        lambda server, tool: f"{server}_{tool}",
        {**homes, **windows, "HUB_TOKEN": scene.token},
        scene.address,
    )


def _servers(names: tuple[str, ...], pids: Path, mark: str) -> dict[str, Any]:
    """Servers of both protocols in turn."""
    made = {}
    for number, name in enumerate(names):
        legacy = {"ECHO_LEGACY": "1"} if number % 2 else {}
        one = backends.echo(ECHO_NAME=name, ECHO_PIDS=str(pids), **_pair(mark), **legacy)
        made[name] = {key: dict(value) if key == "env" else value for key, value in one.items()}
    return made


def _pair(mark: str) -> dict[str, str]:
    name, _, value = mark.partition("=")
    return {name: value}
