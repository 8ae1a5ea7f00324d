"""Shutting servers in: which tier is used for each, and doing it before they are started."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.consent import NEXT_LINE
from hub_launch.guard.sandbox import CONTAINER, NONE, Tier, choose, shut_in
from hub_launch.install import Ahead, is_installable
from hub_launch.plan import Context, Launch, StdioLaunch
from hub_launch.settings import Settings

_WORDS = {
    "bwrap": "bubblewrap holds it to that, and to its own program and folders",
    "landlock": "Landlock holds it to that, its own program and folders, and UDP",
    "sandbox-exec": "sandbox-exec holds it to that, and to its own program and folders",
    "container": "its container holds it to that, and to what is in the image",
}
_NOT_HELD = "so it can open every file of yours, and reach any network"
# Nothing that shuts in by the system's means can tell hosts apart.
_ANY_HOST = "but hosts cannot be told apart, so it reaches any"


def tier_of(launch: Launch, settings: Settings) -> str:
    """The name of the tier by which a server will be shut in; empty for what runs elsewhere."""
    if not isinstance(launch, StdioLaunch):
        return ""
    return NONE.name if _unshut(launch, settings) else _tier(launch, settings).name


def tier_in_words(launch: Launch, settings: Settings) -> str:
    """How a server will be shut in and what that leaves it, for people; empty for what runs elsewhere."""
    if not isinstance(launch, StdioLaunch):
        return ""
    if why := _unshut(launch, settings):
        return f"none: {why},{NEXT_LINE}{_NOT_HELD}"
    some = launch.permissions.network not in ("none", "any")
    return _WORDS[_tier(launch, settings).name] + (f",{NEXT_LINE}{_ANY_HOST}" if some else "")


class Preparing:
    """Installs what is to be started, and shuts it in."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # Installing has nothing to do with OpenAPI descriptions, which alone have paths of their own.
        context = Context.of_this_machine(Path, settings.work_dir)
        self._ahead = Ahead(settings.packages_dir, context)

    async def prepare(self, launch: Launch, tell: Callable[[str], None]) -> Launch:
        """See Prepare. Raises HubError for a package that cannot be installed, or a sandbox that cannot be had."""
        ready = await self._ahead.prepare(launch, tell)
        if not isinstance(launch, StdioLaunch) or not isinstance(ready, StdioLaunch):
            return ready
        why = _unshut(launch, self._settings)
        if not why and launch.packaged and ready == launch and not launch.contained:
            raise _only_by_its_runner(launch)
        if why:
            self._refuse(launch, why)
            return replace(ready, tier=NONE.name)
        tier = _tier(launch, self._settings)
        home = self._settings.homes_dir / launch.id
        return replace(await asyncio.to_thread(shut_in, ready, tier, home), tier=tier.name)

    def _refuse(self, launch: StdioLaunch, why: str) -> None:
        if self._settings.sandbox == "require":
            raise HubError(
                f"{launch.id} cannot be shut in: {why}",
                "start it without `--sandbox require` if you trust it",
                ExitCode.CONSENT,
            )


def _only_by_its_runner(launch: StdioLaunch) -> HubError:
    # Its user agreed to a sandbox; a package must not get out of that by being one that cannot be installed.
    return HubError(
        f"{launch.id} cannot be shut in, as you agreed to: its package must be built here, which runs code of it, and "
        "then npx or uvx starts it anew each time",
        "hub.log says why; if you trust it, agree to it with `--sandbox off`",
        ExitCode.CONSENT,
    )


def _tier(launch: StdioLaunch, settings: Settings) -> Tier:
    return CONTAINER if launch.contained else choose(settings.sandbox)


def _unshut(launch: StdioLaunch, settings: Settings) -> str:
    """Why nothing shuts it in; empty if something does."""
    if launch.contained:
        return ""
    if launch.inside:
        return "it runs inside the hub"
    if launch.own:
        return "the command is your own"
    if launch.packaged and not is_installable(launch):
        return "npx or uvx downloads it at each start"
    if launch.permissions.filesystem == "any" and launch.permissions.network != "none":
        return "it asks for all files and the network"
    if settings.sandbox == "off":
        return "it is switched off"
    return "no sandbox works on this machine" if _tier(launch, settings) is NONE else ""
