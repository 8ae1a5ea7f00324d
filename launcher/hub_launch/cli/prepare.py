"""From ids on the command line to approved launches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hub_launch.catalog import Entry
from hub_launch.cli.secret import secrets_of
from hub_launch.cli.shutting import Preparing
from hub_launch.cli.terminal import Terminal, note_all, note_hidden
from hub_launch.cli.waiting import open_registries
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.secrets import resolved
from hub_launch.index.places import places
from hub_launch.index.registries import Found
from hub_launch.index.registry import Registry
from hub_launch.plan import (
    Context,
    Launch,
    MissingParameters,
    Parameter,
    StdioLaunch,
    parameters_of,
    plan,
    plugin_problem,
)
from hub_launch.settings import Settings
from hub_launch.text import printable

if TYPE_CHECKING:
    from hub_launch.guard.tools import ToolPins
    from hub_launch.run.means import Means
    from hub_launch.run.observing import Observers


NO_VARIABLES: Mapping[str, str] = {}

Given = Mapping[str, Sequence[str]]
"""Values of a server's parameters, by name."""


_OWN_SERVERS = "hub_launch.servers."


@dataclass(frozen=True)
class Unplanned:
    """A server that cannot be started here, and why."""

    id: str
    title: str
    kind: str
    error: HubError


@dataclass(frozen=True)
class Prepared:
    """What to start, and what cannot be."""

    launches: tuple[Launch, ...]
    unplanned: tuple[Unplanned, ...] = ()
    found: tuple[tuple[Launch, Found], ...] = ()
    """Of the launches that a registry has, what it says of them."""
    values: Mapping[str, Given] = field(default_factory=dict, repr=False)
    """With which values of parameters each of those was planned."""

    def require_some(self) -> None:
        """Raise the first problem if nothing at all can be started."""
        if not self.launches and self.unplanned:
            raise self.unplanned[0].error


def prepare(
    ids: Sequence[str],
    given: Mapping[str, Mapping[str, Sequence[str]]],
    settings: Settings,
    terminal: Terminal,
    keep: Mapping[str, str] | None = None,
    memory: Sequence[Entry] = (),
) -> Prepared:
    """Resolve ids in the registry and plan each; a missing parameter is asked for on a terminal.

    keep: id -> version that is taken while the registry has it, unless another is asked for. memory: entries that a
    running hub has besides.

    Raises HubError for an unknown id (exit 2) or an unreadable registry (exit 3). What goes wrong with one server
    alone is in the result, beside the launches of the others.
    """
    if not ids:
        _check_targets(given, ids)
        return Prepared(())
    registries = open_registries(settings, terminal, wanted=ids, memory=memory)
    note_all(registries.notices, terminal)
    found = [kept(one, _typed(one, ids), keep or {}, terminal) for one in registries.resolve_all(ids)]
    _check_targets(given, [one.row.id for one in found])
    launches: list[tuple[Launch, Found]] = []
    values: dict[str, Given] = {}
    unplanned: list[Unplanned] = []
    for one in found:
        try:
            launch, values[one.row.id] = planned(one, given.get(one.row.id, {}), settings, terminal)
            launches.append((launch, one))
        except HubError as error:
            unplanned.append(unplanned_of(one, error))
    return Prepared(tuple(launch for launch, _ in launches), tuple(unplanned), tuple(launches), values)


def unplanned_of(one: Found, error: HubError) -> Unplanned:
    """A server that was found and cannot be planned."""
    return Unplanned(one.row.id, one.row.title, one.row.kinds[0] if one.row.kinds else "", error)


def planned(
    one: Found,
    given: Given,
    settings: Settings,
    terminal: Terminal,
    variables: Mapping[str, str] = NO_VARIABLES,
    cwd: Path | None = None,
) -> tuple[Launch, Given]:
    """What starting one server means here, and with which values; a missing one is asked for on a terminal.

    Raises HubError.

    variables: what the environment may lack of the variables that the entry declares, and of no others.
    cwd: the folder that relative paths start from; None: the one that this process works in.
    """
    row = one.row
    entry = one.entry()
    note_hidden(one, terminal)
    yanked = one.registry.index.lists.yanking(row.id, row.version)
    if yanked:
        terminal.note(f"note: {row.id} {row.version} was yanked on {yanked.date}: {printable(yanked.reason)}")
    if entry.status == "deprecated":
        terminal.note(f"note: {entry.id} is deprecated; `hub-launch info {entry.id}` may say what replaces it")
    context = _context(one.registry, settings)
    context = replace(context, cwd=cwd) if cwd else context
    values, secret = resolved(given, secrets_of(settings))
    kept = _from_keyring(entry, values, context, settings)
    found = _from_variables(entry, {**variables, **context.environ})
    launch, used = _plan(entry, {**found, **kept, **values}, context, terminal)
    launch = hiding(launch, secret)
    _note_plugins(entry, launch, terminal)
    # What the keyring has is named and not passed on.
    named = {name: value for name, value in used.items() if name not in kept} | dict(given)
    return _with_registries(entry, launch, one, settings), named


def hiding(launch: Launch, secret: frozenset[str]) -> Launch:
    """The launch, with that never shown either: what comes from the keyring is secret, whatever the entry says."""
    alternatives = tuple(hiding(one, secret) for one in launch.alternatives)
    return replace(launch, secrets=launch.secrets | secret, alternatives=alternatives)


def _from_keyring(
    entry: Entry, given: Mapping[str, Sequence[str]], context: Context, settings: Settings
) -> dict[str, list[str]]:
    """The secrets that are kept for this server, of those that nobody gave."""
    secrets = secrets_of(settings)
    kept = set(secrets.names())
    wanted = [one.name for one in parameters_of(entry) if one.input.is_secret] if kept else []
    missing = [name for name in wanted if name not in given and name not in context.environ]
    return {name: [secrets.get(f"{entry.id}.{name}")] for name in missing if f"{entry.id}.{name}" in kept}


def _with_registries(entry: Entry, launch: Launch, found: Found, settings: Settings) -> Launch:
    """Our own servers may read the registries that are on this machine, also when they are shut in."""
    if not isinstance(launch, StdioLaunch) or not (entry.module and entry.module.path.startswith(_OWN_SERVERS)):
        return launch
    config = settings.config_dir.absolute()
    paths = [Path(one).absolute() for one in (found.registry.location, *(one.location for one in places(settings)))]
    paths += [config / "registries.json", config / "roots", *([settings.root.absolute()] if settings.root else [])]
    return replace(launch, programs=(*launch.programs, *(str(path) for path in paths if path.exists())))


def _from_variables(entry: Entry, variables: Mapping[str, str]) -> dict[str, Sequence[str]]:
    names = [one.name for one in parameters_of(entry) if one.from_environment]
    return {name: [variables[name]] for name in names if name in variables}


def kept(found: Found, wanted: str, keep: Mapping[str, str], terminal: Terminal) -> Found:
    """What was found, in the version to `keep` while its registry has that; `wanted` may name another."""
    name, version = found.row.id, keep.get(found.row.id)
    if version in (None, found.row.version) or "@" in wanted:
        return found
    try:
        older = replace(found, row=found.registry.resolve(f"{name}@{version}"))
    except HubError as error:
        terminal.note(f"note: {name} {version} was agreed to and cannot be had any more: {error.message}")
        return found
    terminal.note(f"note: {name} stays at {version}; there is {found.row.version}: `hub-launch lock {name}`")
    return older


def _typed(found: Found, ids: Sequence[str]) -> str:
    # Aliases and official names too: what tells that somebody asked for exactly this version is its end.
    return next((one for one in ids if one.rpartition("@")[2] == found.row.version), "")


def _note_plugins(entry: Entry, launch: Launch, terminal: Terminal) -> None:
    """A plug-in that the user installed and that does not work is named, also where another way was found."""
    for kind in entry.extensions or ():
        if problem := plugin_problem(kind):
            terminal.note(f"note: {entry.id} is started as {launch.kind}: {problem}")


def _context(registry: Registry, settings: Settings) -> Context:
    # Our own `registry` server declares these: it serves the registries that the user launches from.
    own = {
        "HUB_REGISTRY": registry.name if settings.registry else "",
        "HUB_ROOT": str(settings.root.absolute()) if settings.root else "",
        "HUB_UNSIGNED": "1" if settings.unsigned else "",
        "HUB_CONFIG_DIR": str(settings.config_dir.absolute()),
    }
    return Context.of_this_machine(registry.spec_path, settings.work_dir, **own)


def means(settings: Settings, observers: "Observers" = (), pins: "ToolPins | None" = None) -> "Means":
    """What servers are reached and installed with, for this user; observers hear of what is started and asked.

    pins: what tools they were agreed to have, if that was read already.
    """
    from hub_launch.cli.judging import tool_pins, tools_judge
    from hub_launch.run.backend import Backend
    from hub_launch.run.means import Means
    from hub_launch.run.observing import observed
    from hub_launch.run.remote_connection import open_links
    from hub_launch.run.spawning import spawn

    return Means(
        connect=partial(Backend, open_link=open_links(settings.state_dir), spawn=observed(spawn, observers)),
        prepare=Preparing(settings).prepare,
        judge=tools_judge(pins or tool_pins(settings)),
        observers=observers,
    )


def _plan(entry: Entry, given: Given, context: Context, terminal: Terminal) -> tuple[Launch, Given]:
    values = dict(given)
    while True:
        try:
            return plan(entry, values, context), values
        except MissingParameters as missing:
            if not terminal.interactive:
                raise
            for parameter in missing.parameters:
                values[parameter.name] = [_ask(entry, parameter, terminal)]


def _ask(entry: Entry, parameter: Parameter, terminal: Terminal) -> str:
    """The user's value. Raises HubError when they give none."""
    wanted = parameter.input
    about = [printable(wanted.description).rstrip(".")] if wanted.description else []
    about += [f"one of {', '.join(map(printable, wanted.choices))}"] if wanted.choices else []
    about += [f"for example {printable(wanted.placeholder)}"] if wanted.placeholder else []
    terminal.note(f"{entry.id} needs {parameter.name}" + (f": {'; '.join(about)}" if about else ""))
    question = f"  {parameter.name}: "
    answer = terminal.ask_secret(question) if wanted.is_secret else terminal.ask(question)
    if not answer:
        raise HubError(f"{entry.id} needs {parameter.name}", f"add --set {entry.id}.{parameter.name}=…", ExitCode.USAGE)
    return answer


def _check_targets(given: Mapping[str, object], ids: Sequence[str]) -> None:
    for target in given:
        if target not in ids:
            raise HubError(
                f"--set {target}.…: {target} is not among the servers to start",
                f"they are {', '.join(ids)}" if ids else "servers of an mcp.json take their values from there",
                ExitCode.USAGE,
            )
