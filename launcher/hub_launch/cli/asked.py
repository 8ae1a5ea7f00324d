"""A server as one process asks another to start it, after its user approved it there."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from hub_launch.cli.terminal import Terminal
from hub_launch.cli.wanted import Planner, Wanted
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.consent import Asked, describe
from hub_launch.guard.pins import digest, pin_of, values_of
from hub_launch.index.registries import Found
from hub_launch.plan import Launch


def quiet() -> Terminal:
    """Nobody's: for planning where no user looks on."""
    return Terminal(io.StringIO(), io.StringIO(), interactive=False)


def as_request(wanted: Wanted, launch: Launch, found: Found, cwd: Path) -> dict[str, Any]:
    """What to send for `wanted`, of which the user approved `launch`."""
    return {"wanted": asdict(wanted), "cwd": str(cwd), "digest": digest(pin_of(launch, found), values_of(launch))}


def _read(request: Mapping[str, Any]) -> tuple[Wanted, Path, str]:
    # Here, since a hub that is never asked starts sooner without.
    from pydantic import TypeAdapter, ValidationError

    try:
        wanted = TypeAdapter(Wanted).validate_python(request["wanted"])
        return wanted, Path(request["cwd"]), str(request["digest"])
    except (KeyError, TypeError, ValidationError) as error:
        raise HubError("this does not say what to start", code=ExitCode.USAGE) from error


def planning_anew(planner: Planner) -> Callable[[Mapping[str, Any]], Awaitable[Launch]]:
    """Plans what is asked for, here and now, and raises HubError (exit 4) where that is not what was approved."""

    async def plan(request: Mapping[str, Any]) -> Launch:
        wanted, cwd, approved = _read(request)
        # In a thread: reading a registry waits for its host.
        launch, found = await asyncio.to_thread(replace(planner, cwd=cwd, terminal=quiet()).plan, wanted)
        if digest(pin_of(launch, found), values_of(launch)) != approved:
            raise HubError(
                f"the hub would start something else than what was approved:\n{describe(Asked(launch))}",
                "the hub has another registry, PATH or environment: start it anew from here, or approve there",
                ExitCode.CONSENT,
            )
        return launch

    return plan
