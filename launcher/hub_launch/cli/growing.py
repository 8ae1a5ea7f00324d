"""Planning what an assistant wants to have added to the hub, and adding what its user agreed to."""

import asyncio

from hub_launch.cli.agree import all_asked, not_agreed, remember
from hub_launch.cli.asked import quiet
from hub_launch.cli.following import Following
from hub_launch.cli.prepare import Prepared
from hub_launch.cli.wanted import Planner, planner_of, wanted_at
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.consent import Asked, describe
from hub_launch.hub.control.commands import START_SECONDS
from hub_launch.hub.growing import Parameters, Proposal, Propose
from hub_launch.index.registries import Found
from hub_launch.plan import parameters_of
from hub_launch.run.server import Server
from hub_launch.run.state import State
from hub_launch.run.supervisor import Supervisor
from hub_launch.settings import Settings


def proposing(settings: Settings, supervisor: Supervisor, following: Following | None = None) -> Propose:
    """Plans servers of the user's registries for a hub. following: the configuration that it has, if any."""

    async def propose(name: str, given: Parameters) -> Proposal:
        # In a thread: reading a registry waits for its host.
        asked, known = await asyncio.to_thread(_planned, name, given, _planner(settings, following), settings)
        _require_new(asked.launch.id, supervisor)

        async def add() -> str:
            await asyncio.to_thread(remember, [asked], settings, quiet())
            await supervisor.add(asked.launch)
            return await _outcome(supervisor.servers[asked.launch.id])

        return Proposal(asked.launch.id, describe(asked), known, add)

    return propose


def _planner(settings: Settings, following: Following | None) -> Planner:
    return planner_of(following.configuration, settings, quiet()) if following else Planner(settings, quiet())


def _planned(name: str, given: Parameters, planner: Planner, settings: Settings) -> tuple[Asked, bool]:
    """What is to be agreed to, and whether that was done before."""
    launch, found = planner.plan(wanted_at(name, given))
    _refuse_secrets(found, given)
    prepared = Prepared((launch,), found=((launch, found),))
    (asked,) = all_asked(prepared, settings)
    return asked, not not_agreed(prepared, settings)


def _refuse_secrets(found: Found, given: Parameters) -> None:
    """What an assistant knows is in its provider's logs too."""
    secrets = {one.name for one in parameters_of(found.entry()) if one.input.is_secret}
    if wrong := sorted(secrets & given.keys()):
        raise HubError(
            f"{found.row.id}: {wrong[0]} is a secret, which is not given by an assistant",
            f"the user can put it into the keyring: `hub-launch secret set {found.row.id}.{wrong[0]}`",
            ExitCode.USAGE,
        )


def _require_new(name: str, supervisor: Supervisor) -> None:
    """Raise HubError before anybody is asked about a server that is there already."""
    if name in supervisor.servers:
        raise HubError(f"{name} is in this hub already", "its tools are listed; call them", ExitCode.USAGE)


async def _outcome(server: Server) -> str:
    """How the start went, for the assistant. Raises HubError when it failed."""
    await server.settled(START_SECONDS)
    status = server.status
    if status.state in (State.FAILED, State.QUARANTINED, State.STOPPED):
        raise HubError(f"{status.id} was added and does not run: {status.reason}", status.hint)
    if not server.serving:
        return f"{status.id} was added and is still starting; its tools are listed as soon as it is up."
    names = ", ".join(tool.name for tool in server.offer.tools)
    return f"{status.id} was added to the hub. Its tools, which the hub lists as {status.id}_<tool>: {names or 'none'}."
