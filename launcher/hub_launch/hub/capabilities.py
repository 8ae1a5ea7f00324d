"""What clients are told that can be asked for: of all servers together, or of one by itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from hub_launch.run.server import Server

# Lists may be empty, and change as servers come and go.
_LISTS = {"prompts": {"listChanged": True}, "resources": {"listChanged": True}, "tools": {"listChanged": True}}
# The extension by which servers of the newer protocol have tasks; see eras.carried.
_TASKS = "io.modelcontextprotocol/tasks"

Capabilities = Mapping[str, Any]


def of_all(servers: Iterable[Server]) -> Capabilities:
    """What some server offers, or may offer once it is up."""
    known = [_declared(server) if server.told else None for server in servers]
    subscribe = any(one is None or _subscribes(one) for one in known)
    some: dict[str, Any] = {
        name: {} for name in ("completions", "logging") if any(one is None or name in one for one in known)
    }
    return {**some, **_LISTS, "resources": {"subscribe": subscribe, **_LISTS["resources"]}}


def of_one(server: Server, *, modern: bool) -> Capabilities:
    """What a server says that it offers, without what does not come through a hub.

    A list of tasks would show one client those of the others; in the newer protocol servers have tasks another way.
    """
    found = dict(_declared(server))
    tasks = found.pop("tasks", None)
    if isinstance(tasks, dict) and not modern:
        found["tasks"] = {key: value for key, value in tasks.items() if key != "list"}
    if isinstance(extensions := found.get("extensions"), dict) and _TASKS in extensions:
        found["extensions"] = {key: value for key, value in extensions.items() if key != _TASKS}
    if server.offer.tools:
        # There are servers that forget to say so.
        found.setdefault("tools", {})
    return found


def _declared(server: Server) -> Capabilities:
    greeting = server.offer.greeting
    return greeting.capabilities if greeting else {}


def _subscribes(declared: Capabilities) -> bool:
    resources = declared.get("resources")
    return isinstance(resources, dict) and resources.get("subscribe") is True
