"""Servers that are wanted by name, each with its own values and wishes, and what starting them means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub_launch.catalog import Entry
from hub_launch.cli.prepare import NO_VARIABLES, Prepared, Unplanned, hiding, kept, planned
from hub_launch.cli.secret import secrets_of
from hub_launch.cli.terminal import Terminal, note_all
from hub_launch.cli.waiting import open_registries
from hub_launch.cli.wishes import Wishes, wished
from hub_launch.clients.mcp_json import own_launch
from hub_launch.config.references import References
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.secrets import Secrets, resolved
from hub_launch.index.places import Place, all_places
from hub_launch.index.registries import Found, Registries
from hub_launch.index.root import read_root
from hub_launch.plan import Launch, StdioLaunch
from hub_launch.run.selection import TOOLS_OVER, Selection
from hub_launch.settings import Settings

if TYPE_CHECKING:
    from hub_launch.config.loading import Configuration
    from hub_launch.config.models import RegistryPart, ServerPart


@dataclass(frozen=True)
class Wanted:
    """One server."""

    name: str
    """Its id in the hub."""
    address: str
    """Which one of the registries is meant: `[registry/]id[@version]`."""
    given: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    """Parameter -> values."""
    wishes: Wishes = field(default_factory=Wishes)
    own: Mapping[str, Any] | None = field(default=None, repr=False)
    """The user's own command or address, in the words of an mcp.json; None for a server of a registry."""
    varying: Sequence[str] = ()
    """Of the variables of that command, those that stand for others of the user's."""


def wanted_at(address: str, given: Mapping[str, Sequence[str]]) -> Wanted:
    """The server of a registry that is meant by `[registry/]id[@version]`, under its own id."""
    return Wanted(id_of(address), address, given)


def id_of(address: str) -> str:
    """`time` of `company/time@1.2`."""
    return address.rpartition("/")[2].partition("@")[0]


@dataclass(frozen=True)
class Planner:
    """Plans what is wanted."""

    settings: Settings
    terminal: Terminal
    places: Sequence[Place] | None = None
    """The registries to read if the settings name none; None: the user's."""
    variables: Mapping[str, str] = field(default_factory=lambda: NO_VARIABLES, repr=False)
    cwd: Path | None = None
    """Both as `prepare.planned` has them."""
    keep: Mapping[str, str] = field(default_factory=dict)
    """As `prepare.prepare` has it."""
    references: References = field(default_factory=References)
    """What the configuration refers to."""
    memory: Callable[[], Sequence[Entry]] = tuple
    """Entries that this hub has besides."""

    def plan_all(self, wanted: Sequence[Wanted]) -> Prepared:
        """The launches, and of what cannot be started why. Raises HubError (exit 3) for an unreadable registry."""
        if not wanted:
            return Prepared(())
        addresses = [one.address for one in wanted if one.own is None]
        registries = self._open(addresses) if addresses else None
        launches: list[Launch] = []
        found: list[tuple[Launch, Found]] = []
        unplanned: list[Unplanned] = []
        for one in wanted:
            try:
                if registries is None or one.own is not None:
                    launches.append(self._own(one))
                else:
                    found.append(self._planned(one, registries))
                    launches.append(found[-1][0])
            except HubError as error:
                unplanned.append(Unplanned(one.name, one.name, "", error))
        return Prepared(tuple(launches), tuple(unplanned), tuple(found))

    def plan(self, wanted: Wanted) -> tuple[Launch, Found]:
        """The launch of one, and what its registry says. Raises HubError as `plan_all` does, and for what is wrong."""
        return self._planned(wanted, self._open([wanted.address]))

    def _own(self, one: Wanted) -> Launch:
        """The launch of a server of the user's own: paths are meant from the folder of the configuration."""
        folder = self.cwd or Path.cwd()
        config, kept, varying = dict(one.own or {}), frozenset[str](), set(one.varying)
        for key in ("env", "headers"):
            values, found = resolved({name: [value] for name, value in config.get(key, {}).items()}, self._secrets())
            varying |= {name for name, value in values.items() if value[0] in found}
            config[key], kept = {name: value[0] for name, value in values.items()}, kept | found
        if "command" in config:
            config["cwd"] = str(folder / Path(config.get("cwd") or ".").expanduser())
            if "/" in config["command"]:
                config["command"] = str(folder / Path(config["command"]).expanduser())
            config["args"] = [_at_home(text) for text in config.get("args", ())]
        launch = hiding(replace(own_launch(folder, one.name, config), kind="own"), kept | self.references.secrets)
        if isinstance(launch, StdioLaunch):
            launch = replace(launch, confided=kept | self.references.confided, varying=frozenset(varying))
        return wished(launch, one.wishes)

    def _secrets(self) -> Secrets:
        return secrets_of(self.settings)

    def _open(self, addresses: Sequence[str]) -> Registries:
        registries = open_registries(
            self.settings, self.terminal, wanted=addresses, instead=self.places, memory=self.memory()
        )
        note_all(registries.notices, self.terminal)
        return registries

    def _planned(self, one: Wanted, registries: Registries) -> tuple[Launch, Found]:
        found = kept(registries.resolve(one.address), one.address, self.keep, self.terminal)
        launch, _ = planned(found, one.given, self.settings, self.terminal, self.variables, self.cwd)
        launch = hiding(launch, self.references.secrets)
        return _named(wished(launch, one.wishes), one.name), found


def planner_of(configuration: "Configuration", settings: Settings, terminal: Terminal) -> Planner:
    """Plans what a configuration wants: paths in it are meant from its folder."""
    folder = configuration.path.parent
    parts = configuration.config.registries
    found = None if parts is None else [_place(one, folder, settings) for one in parts]
    return Planner(settings, terminal, found, configuration.variables, folder, references=configuration.references)


def wanted_by(configuration: "Configuration", profile: str | None) -> list[Wanted]:
    """The servers of a profile that can be planned; `Configuration.broken` has the others."""
    return wanted_of(configuration, configuration.selected(profile))


def wanted_of(configuration: "Configuration", selected: Mapping[str, "ServerPart"]) -> list[Wanted]:
    """Those of some of its servers that can be planned."""
    idle = configuration.config.hub.idle
    varying = configuration.references.varying
    return [
        _wanted(name, part, idle, tuple(sorted(varying.get(name, ()))))
        for name, part in selected.items()
        if name not in configuration.broken
    ]


def broken_in(configuration: "Configuration", profile: str | None) -> list[Unplanned]:
    """The servers of a profile that cannot be planned as they are written."""
    return broken_of(configuration, configuration.selected(profile))


def broken_of(configuration: "Configuration", selected: Mapping[str, "ServerPart"]) -> list[Unplanned]:
    """Those of some of its servers that cannot be planned."""
    return [Unplanned(name, name, "", error) for name, error in configuration.broken.items() if name in selected]


def _named(launch: Launch, name: str) -> Launch:
    return replace(launch, id=name, alternatives=tuple(_named(one, name) for one in launch.alternatives))


def _at_home(text: str) -> str:
    """An argument as a shell would hand it on, where it begins with one's home."""
    return str(Path(text).expanduser()) if text == "~" or text.startswith("~/") else text


def selection_in(configuration: "Configuration") -> Selection:
    """Which tools clients are offered, as the file says. Raises HubError (exit 2) for a pattern that is none."""
    hub, servers = configuration.config.hub, configuration.config.servers
    hide = [f"{name}.{pattern}" for name, part in servers.items() for pattern in part.hide]
    renames = {f"{name}.{old}": new for name, part in servers.items() for old, new in part.rename.items()}
    only_of = {name: part.only for name, part in servers.items() if part.only}
    over = TOOLS_OVER if hub.tools_over is None else hub.tools_over
    return Selection(hub.only, (*hub.hide, *hide), renames, hub.tools, over, only_of)


def _wanted(name: str, part: "ServerPart", idle: int | None, varying: Sequence[str]) -> Wanted:
    address = (f"{part.registry}/" if part.registry else "") + name + (f"@{part.version}" if part.version else "")
    wishes = Wishes(part.start, part.idle or idle, part.instances, part.balance, part.isolation)
    return Wanted(name, address, part.set, wishes, part.own, varying)


def _place(part: "RegistryPart", folder: Path, settings: Settings) -> Place:
    root = read_root(folder / Path(part.root).expanduser()) if part.root else b""
    if part.place is None:
        for one in all_places(settings.config_dir):
            if one.name == part.name:
                return replace(one, root=root or one.root, unsigned=part.unsigned or one.unsigned)
        raise HubError(f"There is no registry {part.name!r}", "say where it is with `place`, or add it", ExitCode.USAGE)
    location = part.place if "://" in part.place else str((folder / Path(part.place).expanduser()).absolute())
    return Place(part.name, location, root, part.unsigned)
