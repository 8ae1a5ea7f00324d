"""From an entry to what a smoke test starts, and what it cannot have. Pure but for looking at paths."""

from dataclasses import dataclass, replace
from typing import Any

from hub_build.smoke.workshop import Workshop
from hub_launch.catalog import Entry, kinds_of
from hub_launch.catalog.recorded import Started
from hub_launch.plan import Context, HttpLaunch, Launch, MissingParameters, StdioLaunch, plan


@dataclass(frozen=True, slots=True)
class Planned:
    """What would be started. needs: names of the credentials that it is started without, or with made-up ones."""

    launch: Launch
    started: Started
    needs: tuple[str, ...] = ()


def plan_smoke(entry: Entry, workshop: Workshop) -> Planned:
    """`entry` with the values of its `smoke.arguments`, and without its credentials.

    Raises HubError: MissingParameters for a value that is no credential, and whatever planning raises.
    """
    context = workshop.context(entry.id)
    launch, needs = _planned(entry, context)
    if isinstance(launch, StdioLaunch) and "HUB_REGISTRY" in launch.declared:
        # Our own server reads the registry that was built for the occasion.
        launch = replace(launch, programs=(*launch.programs, str(workshop.site)))
    return Planned(launch, started_of(entry, launch), needs)


def _planned(entry: Entry, context: Context) -> tuple[Launch, tuple[str, ...]]:
    given = (entry.smoke.arguments if entry.smoke else None) or {}
    made_up = (entry.smoke.needs if entry.smoke else None) or ()
    try:
        return plan(entry, given, context), made_up
    except MissingParameters as missing:
        credentials = [one.name for one in missing.parameters if one.input.is_secret or one.from_environment]
        if len(credentials) < len(missing.parameters):
            raise
        # Many servers list their tools without them.
        return plan(without_required(entry), given, context), tuple(dict.fromkeys([*made_up, *credentials]))


def without_required(entry: Entry) -> Entry:
    """`entry` with nothing that must be given."""
    return Entry.model_validate(_relaxed(entry.model_dump(mode="json", exclude_unset=True)))


def _relaxed(value: Any) -> Any:
    if isinstance(value, list):
        return [_relaxed(item) for item in value]
    if isinstance(value, dict):
        return {key: False if key == "isRequired" else _relaxed(item) for key, item in value.items()}
    return value


def started_of(entry: Entry, launch: Launch) -> Started:
    """What of `entry` the launch is made of, without the user's values in it."""
    if isinstance(launch, HttpLaunch):
        address = next((remote.url for remote in entry.remotes or () if remote.type == launch.transport), launch.url)
        return Started(kind="remote", identifier=address)
    if launch.kind == "openapi" and entry.openapi:
        return Started(kind="openapi", identifier=entry.openapi.file or entry.openapi.url or entry.id)
    if launch.kind == "module" and entry.module:
        version = entry.module.package.version if entry.module.package else None
        return Started(kind="module", identifier=entry.module.path, version=version)
    package = launch.packaged.package if launch.packaged else None
    kind = package.registry_type if package else kinds_of(entry)[0]
    identifier = package.identifier if package else entry.id
    return Started(kind=kind, identifier=identifier, version=package.version if package else None)
