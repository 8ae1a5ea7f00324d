"""What a running hub does for its user.

To add a command: a method of Commands, and a line in its table.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.rest.means import Means
from hub_launch.plan import Launch
from hub_launch.run.server import Server
from hub_launch.settings import SandboxMode

# How long whoever starts a server waits to hear whether it is up.
START_SECONDS = 45.0

Plan = Callable[[Mapping[str, Any]], Awaitable[Launch]]
"""Plans a server anew that the user approved, as it was described by who asked. Raises HubError if it is another now.

The hub never fetches: whoever starts it gives it one.
"""


Command = Callable[[Mapping[str, Any]], Awaitable[Any]]
"""What is done for a command's parameters, and what there is to say, as JSON. Raises HubError."""

NO_MORE: Mapping[str, Command] = {}


@dataclass(frozen=True)
class About:
    """The hub, for its user."""

    address: str
    """Where it is reached; empty for one that serves its standard input."""
    config: str = ""
    """The configuration that it was started from."""
    lock: str = ""
    """Where it is remembered what the user agreed to."""
    sandbox: SandboxMode = "auto"
    """How servers are shut in that are added."""


class Commands:
    """See hub.control.listener.Answer."""

    def __init__(self, means: Means, about: About, plan: Plan, more: Mapping[str, Command] = NO_MORE) -> None:
        """more: what this hub does besides, by name."""
        self._means = means
        self._supervisor = means.supervisor
        self._about = about
        self._plan = plan
        self._table: Mapping[str, Command] = {
            "status": self._status,
            "add": self._add,
            "require_new": self._require_new,
            "remove": self._remove,
            "restart": self._restart,
            "start": self._start,
            "stop": self._stop,
            **more,
        }

    async def __call__(self, what: str, parameters: Mapping[str, Any]) -> Any:
        """Do it. Raises HubError."""
        command = self._table.get(what)
        if command is None:
            raise HubError(f"this hub knows no command {what!r}", "is it of another version?", ExitCode.USAGE)
        return await command(parameters)

    async def _status(self, _: Mapping[str, Any]) -> Any:
        # Here, since it loads the models of REST.
        from hub_launch.hub.rest.view import View

        document = View(self._means, self._about.address).document().model_dump(mode="json", by_alias=True)
        used = await asyncio.to_thread(_memory, list(self._supervisor.servers.values()))
        for row in document["servers"]:
            row["memory"] = used.get(row["id"])
        return {**document, "pid": os.getpid(), **asdict(self._about)}

    async def _add(self, parameters: Mapping[str, Any]) -> Any:
        launch = await self._plan(parameters)
        await self._supervisor.add(launch)
        return await self._outcome(launch.id)

    async def _require_new(self, parameters: Mapping[str, Any]) -> Any:
        self._supervisor.require_new(_server(parameters))

    async def _remove(self, parameters: Mapping[str, Any]) -> Any:
        await self._supervisor.remove(_server(parameters))

    async def _restart(self, parameters: Mapping[str, Any]) -> Any:
        await self._supervisor.restart(_server(parameters))
        return await self._outcome(_server(parameters))

    async def _start(self, parameters: Mapping[str, Any]) -> Any:
        await self._supervisor.start_one(_server(parameters))
        return await self._outcome(_server(parameters))

    async def _stop(self, parameters: Mapping[str, Any]) -> Any:
        await self._supervisor.stop(_server(parameters))

    async def _outcome(self, name: str) -> Any:
        """How a start went, or how far it is after a while."""
        server = self._supervisor.servers.get(name)
        if server is None:
            raise HubError(f"{name} was removed meanwhile")
        await server.settled(START_SECONDS)
        status = server.status
        return {"state": status.state, "reason": status.reason, "hint": status.hint, "tools": status.tools}


def _server(parameters: Mapping[str, Any]) -> str:
    name = parameters.get("server")
    if not isinstance(name, str):
        raise HubError("which server?", code=ExitCode.USAGE)
    return name


def _memory(servers: list[Server]) -> dict[str, int]:
    """Bytes in memory, of those of which it is known."""
    used: dict[str, int] = {}
    for server in servers:
        children = [one.backend.child for one in server.instances if one.backend.child]
        known = [memory for child in children if child.exit_code is None and (memory := child.memory())]
        if known:
            used[server.status.id] = sum(known)
    return used
