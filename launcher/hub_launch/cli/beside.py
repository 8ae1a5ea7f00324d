"""What goes on beside serving: the socket for the user's commands, and following the configuration."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from typing import Any

from hub_launch.cli.asked import planning_anew
from hub_launch.cli.following import Following, watching
from hub_launch.cli.overlay import Memory
from hub_launch.cli.terminal import Terminal
from hub_launch.cli.tidying import tidying
from hub_launch.cli.wanted import Planner
from hub_launch.errors import HubError
from hub_launch.hub.control.commands import About, Command, Commands
from hub_launch.hub.control.listener import control
from hub_launch.hub.control.places import UNSUPPORTED
from hub_launch.hub.rest.means import Means
from hub_launch.hub.serve import Beside
from hub_launch.settings import Settings


def beside(
    settings: Settings, terminal: Terminal, address: str, memory: Memory, following: Following | None = None
) -> Beside:
    """What goes on beside a hub that serves at `address`; an empty one is standard input.

    memory: its entries that are in no file. following: how it follows the configuration that it was started from.
    """
    about = About(
        address, str(following.configuration.path) if following else "", str(settings.lock_path), settings.sandbox
    )
    planner = Planner(settings, terminal, memory=memory.entries)
    name = address.rpartition(":")[2] or f"stdio-{os.getpid()}"

    @contextlib.asynccontextmanager
    async def going_on(means: Means) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            more = _more(following, means) if following else {}
            commands = Commands(means, about, planning_anew(planner), {**_of_memory(memory), **more})
            if following and following.watch:
                await stack.enter_async_context(watching(following, means.supervisor, terminal.note))
            await stack.enter_async_context(tidying(settings))
            if not UNSUPPORTED:
                try:
                    await stack.enter_async_context(control(settings.control_dir, name, commands))
                except HubError as error:
                    terminal.note(f"note: no commands reach this hub: {error.message}")
            yield

    return going_on


def _of_memory(memory: Memory) -> Mapping[str, Command]:
    """Commands about entries that are in no file."""

    async def publish(parameters: Mapping[str, Any]) -> Any:
        entry, is_json, replace = (parameters.get(one) for one in ("entry", "json", "replace"))
        # In a thread: it reads files, and may ask registries.
        return await asyncio.to_thread(memory.publish, str(entry), is_json=is_json is True, replace=str(replace or ""))

    async def unpublish(parameters: Mapping[str, Any]) -> Any:
        memory.unpublish(str(parameters.get("server")))

    async def published(_: Mapping[str, Any]) -> Any:
        return memory.documents()

    return {"publish": publish, "unpublish": unpublish, "published": published}


def _more(following: Following, means: Means) -> Mapping[str, Command]:
    """Commands of a hub that has a configuration."""

    async def reload(_: Mapping[str, Any]) -> Any:
        return asdict(await following.apply(means.supervisor))

    async def profile(_: Mapping[str, Any]) -> Any:
        return following.profile

    return {"reload": reload, "profile": profile}
