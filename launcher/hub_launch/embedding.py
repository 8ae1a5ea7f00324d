"""A hub inside a program: resolve, start, call and serve MCP servers from Python.

Made of what the commands are made of, so that consent, lock, secrets and sandbox hold here too.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from starlette.types import ASGIApp, Receive, Scope, Send

from hub_launch.cli.agree import all_asked, not_agreed, remember
from hub_launch.cli.asked import quiet
from hub_launch.cli.launch import supervisor_of
from hub_launch.cli.prepare import Prepared
from hub_launch.cli.wanted import Planner, Wanted, broken_in, id_of, planner_of, selection_in, wanted_at, wanted_by
from hub_launch.config.loading import load
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.consent import describe
from hub_launch.hub.app import build_app
from hub_launch.hub.caller import Caller
from hub_launch.hub.calls import relay
from hub_launch.hub.desk import Desk
from hub_launch.run.messages import object_of, raw
from hub_launch.run.selection import SHOW_ALL, Selection
from hub_launch.run.state import Status
from hub_launch.run.supervisor import Supervisor
from hub_launch.settings import Settings

Parameters = Mapping[str, str | Sequence[str]]
"""A server's parameters, by name, as `hub-launch info ID` shows them."""

Approve = Callable[[str], bool]
"""Is shown in full what would run, and says whether it may."""


class ToolError(HubError):
    """A tool that says that it failed, or that could not be called; the message is what there is to say."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool answered."""

    content: Sequence[Mapping[str, Any]]
    """The blocks of the answer, as the protocol has them: `{"type": "text", "text": "12:00"}`."""
    structured: Any = None
    """The structured answer, of tools that give one."""
    is_error: bool = False

    @property
    def text(self) -> str:
        """The texts of the answer, a line each."""
        return "\n".join(str(block.get("text", "")) for block in self.content if block.get("type") == "text")


class Hub:
    """MCP servers, started for a program and ended with it.

    ```python
    async with Hub("time", "filesystem", parameters={"filesystem": {"folder": "."}}, approve=True) as hub:
        print([tool["name"] for tool in hub.tools])
        print((await hub.call("time_get_current_time", timezone="Europe/Paris")).text)
    ```

    Entering it raises HubError, with what is wrong and what to do, for an unknown id, a missing parameter, a registry
    that cannot be read, and servers that nobody agreed to. One that does not come up raises nothing: `servers` says why
    not, and the others work.
    """

    def __init__(
        self,
        *ids: str,
        parameters: Mapping[str, Parameters] | None = None,
        own: Mapping[str, Mapping[str, Any]] | None = None,
        config: str | Path | None = None,
        profile: str | None = None,
        approve: Approve | bool = False,
        settings: Settings | None = None,
    ) -> None:
        """Nothing is read or started before the hub is entered.

        ids: servers of the registry, as `[registry/]id[@version]`.
        parameters: by id; the value `keyring:NAME` stands for what `hub-launch secret set NAME` keeps.
        own: commands and addresses of the program's own, by id, in the words of an mcp.json.
        config: a hub.yaml, whose servers are started too; profile: those of one of its profiles.
        approve: what the user's lock does not have yet is shown to it; True: agreed to unseen; False: refused.
        settings: the registry, and where things are; absent: as the user's environment has them.
        """
        self._ids = ids
        self._parameters = parameters or {}
        self._own = own or {}
        self._config = Path(config) if config else None
        self._profile = profile
        self._approve = approve
        self._settings = settings or Settings.load()
        self._running: _Running | None = None

    async def __aenter__(self) -> Self:
        """See start."""
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        """See close."""
        await self.close()

    async def start(self) -> Self:
        """Plan everything, have it agreed to, start it, and wait until every start is over. Raises HubError.

        For where there is no block to be within, as in a notebook; whoever calls it calls `close`, too.
        """
        if self._running:
            raise HubError("This hub is running already", "make another one", ExitCode.USAGE)
        # In a thread: reading registries waits for their hosts.
        prepared, selection = await asyncio.to_thread(self._planned)
        prepared.require_some()
        await asyncio.to_thread(self._agree, prepared)
        self._running = await _Running.start(supervisor_of(prepared, selection, self._settings, lambda status: None))
        return self

    async def close(self) -> None:
        """End every server."""
        running, self._running = self._running, None
        if running:
            await running.close()

    @property
    def servers(self) -> Mapping[str, Status]:
        """How each server does, by id: its state, and where it does not work the reason and what to do."""
        return {name: one.status for name, one in self._started.supervisor.servers.items()}

    @property
    def tools(self) -> list[dict[str, Any]]:
        """The definitions of all tools, as clients of the hub see them: named `<server>_<tool>`."""
        listed = object_of(self._started.desk.listed("tools/list", modern=False)) or {}
        return list(listed.get("tools", ()))

    @property
    def app(self) -> ASGIApp:
        """All that the hub serves (`/mcp`, `/servers/<id>/mcp`, REST, the status page), to be mounted anywhere.

        Whoever reaches the program that mounts it, reaches the servers: that has to ask who is there.
        """
        return self._started.app

    async def call(
        self, tool: str, arguments: Mapping[str, Any] | None = None, /, *, raise_on_error: bool = True, **more: Any
    ) -> ToolResult:
        """Call a tool by its name among `tools`, with `arguments` and `more`.

        Raises ToolError where the tool says that it failed, or its server does not answer; not with
        raise_on_error=False, when the result says so.
        """
        params = {"name": raw(tool), "arguments": raw({**(arguments or {}), **more})}
        answer = await relay(self._started.desk, "tools/call", params, Caller(modern=False, tell=lambda line: None))
        if answer.result is None:
            problem = object_of(answer.error) if answer.error is not None else None
            result = ToolResult([{"type": "text", "text": str((problem or {}).get("message"))}], is_error=True)
        else:
            found = object_of(answer.result) or {}
            result = ToolResult(found.get("content", []), found.get("structuredContent"), bool(found.get("isError")))
        if result.is_error and raise_on_error:
            raise ToolError(f"{tool}: {result.text}")
        return result

    @property
    def _started(self) -> "_Running":
        if self._running is None:
            raise HubError(
                "This hub is not running", "use it within `async with Hub(...) as hub:`, or start() it", ExitCode.USAGE
            )
        return self._running

    def _planned(self) -> tuple[Prepared, Selection]:
        """What starting all of it means."""
        wanted = [wanted_at(one, _texts(self._parameters.get(id_of(one), {}))) for one in self._ids]
        wanted += [Wanted(name, name, own=dict(words)) for name, words in self._own.items()]
        if unknown := sorted(self._parameters.keys() - {one.name for one in wanted}):
            raise HubError(f"There are parameters for {unknown[0]}, which is not started", code=ExitCode.USAGE)
        planner, selection = Planner(self._settings, quiet()), SHOW_ALL
        broken = []
        if self._config:
            configuration = load(self._config, os.environ)
            planner, selection = planner_of(configuration, self._settings, quiet()), selection_in(configuration)
            wanted += wanted_by(configuration, self._profile)
            broken = broken_in(configuration, self._profile)
        if not wanted:
            raise HubError("This hub has no servers", "name some: `Hub('time')`", ExitCode.USAGE)
        prepared = planner.plan_all(wanted)
        return replace(prepared, unplanned=(*prepared.unplanned, *broken)), selection

    def _agree(self, prepared: Prepared) -> None:
        """Return only if every server was agreed to, now or before. Raises HubError (exit 4)."""
        new = not_agreed(prepared, self._settings)
        asked = [one for one in all_asked(prepared, self._settings) if one.launch.id in new]
        if not asked:
            return
        text = "\n".join(map(describe, asked))
        if not (self._approve(text) if callable(self._approve) else self._approve):
            raise HubError(
                f"Nobody agreed to this yet, so nothing was started:\n{text}",
                f"`hub-launch lock {' '.join(sorted(new))}` shows it and asks; or give Hub an `approve`",
                ExitCode.CONSENT,
            )
        remember(asked, self._settings, quiet())


class _Running:
    """The servers of a hub that was entered."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.desk = Desk(supervisor.servers, prefixed=True)
        self._hub = build_app(supervisor)
        self._life = contextlib.AsyncExitStack()

    @classmethod
    async def start(cls, supervisor: Supervisor) -> "_Running":
        """Start them, and wait until every start is over; all end again if that is cancelled."""
        running = cls(supervisor)
        await running._life.enter_async_context(running._hub.router.lifespan_context(running._hub))
        try:
            await supervisor.settled()
        except BaseException:
            await running.close()
            raise
        return running

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI. Where it is mounted, its addresses begin there."""
        if scope["type"] == "lifespan":
            raise HubError("The hub starts and ends with `async with Hub(...)`", "mount `hub.app` within it")
        mounted = scope.get("root_path", "")
        await self._hub({**scope, "path": scope["path"].removeprefix(mounted) or "/", "root_path": ""}, receive, send)

    async def close(self) -> None:
        """End all of them."""
        await self._life.aclose()


def _texts(parameters: Parameters) -> dict[str, list[str]]:
    return {name: [value] if isinstance(value, str) else list(value) for name, value in parameters.items()}
