"""A hub that follows its configuration: what was added, removed or changed there is carried out here."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub_launch.cli.agree import agree, not_agreed
from hub_launch.cli.asked import quiet
from hub_launch.cli.prepare import Prepared
from hub_launch.cli.wanted import broken_in, planner_of, selection_in, wanted_by
from hub_launch.config.variables import ENV_FILE
from hub_launch.errors import HubError
from hub_launch.plan import Launch
from hub_launch.run.state import State
from hub_launch.run.supervisor import Supervisor
from hub_launch.settings import Settings
from hub_launch.text import printable

if TYPE_CHECKING:
    from hub_launch.config.loading import Configuration

# Between two looks at the file. Looking costs two system calls, and works where notices of changes do not reach: on
# network drives, in containers' mounted folders, and where editors replace files.
WATCH_SECONDS = 1.0


@dataclass
class Report:
    """What became of a change. Ids of servers."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Not started, since nobody approved them."""
    failed: dict[str, str] = field(default_factory=dict)
    """Not started, and why."""

    def and_then(self, later: "Report") -> "Report":
        """Both, as one."""
        ids = {word: [*value, *vars(later)[word]] for word, value in vars(self).items() if isinstance(value, list)}
        return Report(**ids, failed={**self.failed, **later.failed})

    def lines(self) -> list[str]:
        """For people; nothing where nothing changed."""
        done = [f"{word}: {', '.join(ids)}" for word, ids in vars(self).items() if isinstance(ids, list) and ids]
        waits = ["to approve what waits: `hub-launch reload`"] if self.waiting else []
        return [*done, *(f"failed: {name}: {why}" for name, why in self.failed.items()), *waits]


class Following:
    """One hub and its configuration."""

    def __init__(
        self,
        configuration: "Configuration",
        profile: str | None,
        settings: Settings,
        environ: Mapping[str, str],
        keep: Mapping[str, str],
        *,
        approved: bool,
        watch: bool,
    ) -> None:
        """keep: as `prepare.prepare` has it. approved: the user agreed beforehand to whatever the file will say.

        watch: changes of the file are carried out without being asked for.
        """
        self.configuration = configuration
        self.profile = profile
        self.watch = watch
        self._settings = settings
        self._environ = environ
        self._keep = keep
        self._approved = approved
        self._mine = set(configuration.selected(profile))
        """The servers that are in the hub because the file says so; others were added otherwise, and are left alone."""
        self._turn = asyncio.Lock()

    async def apply(self, supervisor: Supervisor, *, asked: bool = True) -> Report:
        """Read the file and carry out what it says. Raises HubError, and changes nothing, for one that is wrong.

        asked: somebody wants everything to be as the file says. Otherwise the file has changed, and a server that
        somebody stopped stays so if the file wanted it before, too.
        """
        async with self._turn:
            wanted = frozenset() if asked else frozenset(self.configuration.selected(self.profile))
            # In a thread: reading registries waits for their hosts.
            configuration, prepared, waiting = await asyncio.to_thread(self._read)
            self.configuration = configuration
            report = Report(failed={one.id: one.error.message for one in prepared.unplanned})
            selection = selection_in(configuration)
            if selection != supervisor.selection:
                supervisor.select(selection)
            for launch in prepared.launches:
                approved, start = launch.id not in waiting, launch.id not in wanted
                await self._have(launch, supervisor, report, approved=approved, start=start)
            await self._leave(set(configuration.selected(self.profile)), supervisor, report)
            return report

    def _read(self) -> tuple["Configuration", Prepared, frozenset[str]]:
        """What the file says now, what that means, and what of it was not agreed to."""
        # Here, since a hub without a configuration starts sooner without.
        from hub_launch.config.loading import load

        configuration = load(self.configuration.path, self._environ)
        planner = replace(planner_of(configuration, self._settings, quiet()), keep=self._keep)
        planned = planner.plan_all(wanted_by(configuration, self.profile))
        prepared = replace(planned, unplanned=(*planned.unplanned, *broken_in(configuration, self.profile)))
        if self._approved:
            agree(prepared, self._settings, quiet(), (), approved=True)
        return configuration, prepared, not_agreed(prepared, self._settings)

    async def _have(
        self, launch: Launch, supervisor: Supervisor, report: Report, *, approved: bool, start: bool
    ) -> None:
        """Have the server run as the launch says. start: also if it was stopped, and nothing else is new."""
        name = launch.id
        there = supervisor.servers.get(name)
        if there and there.planned == launch:
            self._mine.add(name)
            if start and there.status.state is State.STOPPED:
                await supervisor.start_one(name)
                report.started.append(name)
        elif not approved:
            report.waiting.append(name)
        elif there:
            await supervisor.replace(launch)
            self._mine.add(name)
            report.changed.append(name)
        else:
            await supervisor.add(launch)
            self._mine.add(name)
            report.added.append(name)

    async def _leave(self, wanted: set[str], supervisor: Supervisor, report: Report) -> None:
        """Stop what is not wanted any more, and forget what the file does not have any more."""
        for name in sorted(self._mine - wanted):
            there = supervisor.servers.get(name)
            if name not in self.configuration.config.servers:
                self._mine.discard(name)
                if there:
                    await supervisor.remove(name)
                    report.removed.append(name)
            elif there and there.status.state is not State.STOPPED:
                await supervisor.stop(name)
                report.stopped.append(name)


@contextlib.asynccontextmanager
async def watching(following: Following, supervisor: Supervisor, tell: Callable[[str], None]) -> AsyncIterator[None]:
    """Have every change of the file carried out while this lasts, and told."""
    task = asyncio.create_task(_watch(following, supervisor, tell))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _watch(following: Following, supervisor: Supervisor, tell: Callable[[str], None]) -> None:
    path = following.configuration.path
    before = await asyncio.to_thread(_seen, path)
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        now = await asyncio.to_thread(_seen, path)
        if now == before:
            continue
        # Not while somebody still writes.
        while now != (now := await _seen_later(path)):
            pass
        before = now
        for line in await _applied(following, supervisor):
            tell(line)


async def _seen_later(path: Path) -> Any:
    await asyncio.sleep(WATCH_SECONDS / 4)
    return await asyncio.to_thread(_seen, path)


async def _applied(following: Following, supervisor: Supervisor) -> list[str]:
    try:
        lines = (await following.apply(supervisor, asked=False)).lines()
    except HubError as error:
        # With the file's name already.
        return [f"error: {error.message}", "  nothing was changed"]
    return [f"{following.configuration.path.name}: {printable(line)}" for line in lines]


def _seen(path: Path) -> tuple[Any, ...]:
    """What is another when the file, or the variables beside it, are."""
    return tuple(_state(one) for one in (path, path.parent / ENV_FILE))


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size, about.st_ino
