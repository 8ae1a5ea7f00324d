"""Smoke tests of many entries: a few at a time, each by itself, none in the way of the others."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hub_build.smoke.planning import Planned, plan_smoke
from hub_build.smoke.record import not_started, recorded_of
from hub_build.smoke.services.fill import filled, neutral
from hub_build.smoke.services.service import MissingServiceError
from hub_build.smoke.services.table import serving
from hub_build.smoke.session import START_SECONDS, visit
from hub_build.smoke.workshop import Workshop
from hub_launch.catalog import Entry, Recorded, kinds_of
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.sandbox import Tier, choose, shut_in, tier_of
from hub_launch.install import EngineDownError, MissingPythonError, install
from hub_launch.judge.recorded import ToolChanges, tool_changes
from hub_launch.plan import HttpLaunch, Launch
from hub_launch.plan.planner import LOADERS
from hub_launch.settings import SandboxMode

# Starting takes a core for a second or two; more at a time would make the slow ones miss their time.
DEFAULT_JOBS = 2


@dataclass(frozen=True, slots=True)
class Smoked:
    """One test: what it saw, and what was recorded of the entry before."""

    recorded: Recorded
    before: Recorded | None = None

    @property
    def failed(self) -> bool:
        """Whether the server does not do what its entry says."""
        return self.recorded.outcome == "failed"

    @property
    def untested(self) -> bool:
        """Whether nothing could be found out where this ran."""
        return self.recorded.outcome in ("unreachable", "untried")

    @property
    def changes(self) -> ToolChanges:
        """What became of the tools since the recording before; nothing where one of the two listed none."""
        if self.before is None or self.before.tools is None or self.recorded.tools is None:
            return ToolChanges()
        return tool_changes(self.before.tools, self.recorded.tools)


@dataclass(frozen=True, slots=True)
class Conditions:
    """How tests are run. start_seconds: how long a server may take from its start to its complete lists."""

    tier: Tier
    today: date
    jobs: int = DEFAULT_JOBS
    start_seconds: int = START_SECONDS


def conditions_here(sandbox: SandboxMode, jobs: int | None = None) -> Conditions:
    """Today's, on this machine. Raises HubError where a sandbox is required and there is none."""
    return Conditions(choose(sandbox), datetime.now(UTC).date(), jobs or DEFAULT_JOBS)


async def smoke_all(
    entries: Sequence[Entry], workshop: Workshop, conditions: Conditions, done: Callable[[Recorded], None]
) -> list[Recorded]:
    """Test each entry; `done` hears of each as it ends. Raises nothing for what servers do."""
    turns = asyncio.Semaphore(conditions.jobs)

    async def in_turn(entry: Entry) -> Recorded:
        async with turns:
            recorded = await smoke_one(entry, workshop, conditions)
        done(recorded)
        return recorded

    return list(await asyncio.gather(*map(in_turn, entries)))


async def smoke_one(entry: Entry, workshop: Workshop, conditions: Conditions) -> Recorded:
    """Plan, install, shut in, start, ask, call, end; beside the services that the entry asks for."""
    smoke = entry.smoke
    if smoke and smoke.needs and not smoke.needs_made_up:
        return not_started(entry, "needs", conditions.today, needs=smoke.needs)
    with ExitStack() as services:
        try:
            folder = workshop.furnished(entry.id, smoke.files if smoke else None)
            starting = serving((smoke and smoke.services) or (), folder)
            values = await asyncio.to_thread(services.enter_context, starting)
        except MissingServiceError as error:
            return not_started(entry, "untried", conditions.today, _told(error))
        return await _smoke(entry, values, workshop, conditions)


async def _smoke(entry: Entry, values: Mapping[str, str], workshop: Workshop, conditions: Conditions) -> Recorded:
    today = conditions.today
    try:
        entry = filled(entry, values)
        planned = plan_smoke(entry, workshop)
    except HubError as error:
        # A value that is missing or wrong is the entry's fault; a runner that is missing is this machine's.
        fault = error.code == ExitCode.USAGE and LOADERS.keys() & set(kinds_of(entry))
        return not_started(entry, "failed" if fault else "untried", today, _told(error))
    try:
        launch = await asyncio.to_thread(_prepared, planned, workshop, conditions.tier)
    except (EngineDownError, MissingPythonError) as error:
        return not_started(entry, "untried", today, _told(error))
    except HubError as error:
        failed = not_started(entry, "failed", today, _told(error))
        return failed.model_copy(update={"started": planned.started})
    calls = () if planned.needs else (entry.smoke.calls if entry.smoke else None) or ()
    seen = await visit(launch, workshop.log(entry.id), calls, conditions.start_seconds)
    tier = None if isinstance(launch, HttpLaunch) else tier_of(launch, conditions.tier).name
    return recorded_of(entry, planned, seen, tier, today, neutral(values) | _neutral_names(launch, workshop))


def _prepared(planned: Planned, workshop: Workshop, tier: Tier) -> Launch:
    launch = planned.launch
    if isinstance(launch, HttpLaunch):
        return launch
    context = workshop.context(launch.id)
    return shut_in(install(launch, workshop.packages, context), tier, workshop.home(launch.id))


def _neutral_names(launch: Launch, workshop: Workshop) -> dict[str, str]:
    """What folders of this machine are called in a record."""
    names = {
        str(workshop.folder(launch.id)): "/work",
        str(workshop.home(launch.id)): "/home",
        str(workshop.site): "/registry",
        str(workshop.root): "/smoke",
    }
    if not isinstance(launch, HttpLaunch):
        names |= {path: "/package" for path in launch.programs if path.startswith(str(workshop.packages))}
    return names


def _told(error: HubError) -> str:
    return f"{error.message}; {error.hint}" if error.hint else error.message
