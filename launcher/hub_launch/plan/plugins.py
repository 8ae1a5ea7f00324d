"""Kinds of servers that others add: `extensions.<kind>` of an entry is planned by the plug-in of that name.

A plug-in is a Python package beside the launcher with an entry point `<kind>` in the group `hub_launch.loaders`. It is
looked for when an entry asks for its kind, and never otherwise: what it costs, and how it breaks, concerns these alone.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePath
from typing import Any, Protocol

from hub_launch.catalog import KINDS
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan.context import Context
from hub_launch.plan.launch import HttpLaunch, Launch, StdioLaunch
from hub_launch.plan.parameters import Parameter, Values
from hub_launch.text import printable

GROUP = "hub_launch.loaders"


class Plan(Protocol):
    """Server's id, title, what the entry has below `extensions.<kind>`, the user's values, this machine -> a launch.

    Pure as all planning: it starts and fetches nothing. Raises HubError for what the user can mend.
    """

    def __call__(self, server: str, title: str, part: Mapping[str, Any], values: Values, context: Context, /) -> Launch:
        """Plan."""
        ...


class Parameters(Protocol):
    """What the entry has below `extensions.<kind>` -> what `--set <id>.<name>=` can set."""

    def __call__(self, part: Mapping[str, Any], /) -> Iterable[Parameter]:
        """List."""
        ...


@dataclass(frozen=True)
class PlugIn:
    """A kind's loader, and whose it is.

    source: for messages, such as "acme-wasm 1.2". parameters: None where users can set nothing.
    """

    source: str
    plan: Plan
    parameters: Parameters | None = None


class NoPlugIn(HubError):
    """No plug-in for a kind is installed, which is nobody's fault."""


_registered: dict[str, PlugIn] = {}


def register_loader(
    kind: str, plan: Plan, parameters: Parameters | None = None, *, source: str = "this program"
) -> None:
    """Have `extensions.<kind>` planned by `plan`, for programs that use the launcher as a library.

    It goes before an installed plug-in. Raises ValueError for a kind that the launcher itself knows.
    """
    if kind in KINDS:
        raise ValueError(f"{kind} is a kind that the launcher itself knows")
    _registered[kind] = PlugIn(source, plan, parameters)
    _load.cache_clear()


def plan_extension(
    kind: str, server: str, title: str, part: Mapping[str, Any], values: Values, context: Context
) -> Launch:
    """What the plug-in for `kind` makes of the entry's part. Raises HubError, also for what is wrong with it."""
    plugin = _load(kind)
    try:
        launch = plugin.plan(server, title, part, values, context)
    except HubError:
        raise
    except Exception as error:
        raise _broken(kind, plugin.source, f"failed with {_told(error)}") from error
    if not isinstance(launch, StdioLaunch | HttpLaunch):
        raise _broken(kind, plugin.source, f"made a {type(launch).__name__} in the place of a launch")
    if isinstance(launch, StdioLaunch) and not (launch.argv and PurePath(launch.argv[0]).is_absolute()):
        raise _broken(kind, plugin.source, "made a command without the absolute path of its program")
    values.check_complete()
    # Whose launch it is decides what logs, limits and approvals go with it; that is not a plug-in's to say.
    return replace(launch, id=server, title=title, kind=kind, secrets=launch.secrets | values.secrets)


def extension_parameters(kind: str, part: Mapping[str, Any]) -> Sequence[Parameter]:
    """What users can set of a server of `kind`; nothing where its plug-in is missing or broken."""
    try:
        plugin = _load(kind)
        return list(plugin.parameters(part)) if plugin.parameters else []
    except Exception:  # told where it is planned
        return []


def is_planned(kind: str) -> bool:
    """Whether there is a plug-in for `kind` that works."""
    try:
        _load(kind)
    except HubError:
        return False
    return True


def plugin_problem(kind: str) -> str:
    """What is wrong with the installed plug-in for `kind`, in one sentence; empty if nothing is, or there is none."""
    try:
        _load(kind)
    except NoPlugIn:
        return ""
    except HubError as error:
        return error.message
    return ""


@functools.cache
def _load(kind: str) -> PlugIn:
    if kind in _registered:
        return _registered[kind]
    found = list(dict.fromkeys(entry_points(group=GROUP, name=kind)))
    if not found:
        hint = f"install a plug-in for it beside the launcher: a package with an entry point `{kind}` in `{GROUP}`"
        raise NoPlugIn(f"no plug-in here starts servers of the kind {kind}", hint)
    if len(found) > 1:
        # Which of them runs would else depend on the order of folders.
        sources = ", ".join(sorted(map(_source, found)))
        raise HubError(f"several plug-ins start servers of the kind {kind}: {sources}", "uninstall all but one")
    return _loaded(kind, found[0])


def _loaded(kind: str, point: EntryPoint) -> PlugIn:
    source = _source(point)
    try:
        loader = point.load()
    except (Exception, SystemExit) as error:
        raise _broken(kind, source, f"cannot be loaded: {_told(error)}") from error
    plan = getattr(loader, "plan", loader)
    if not callable(plan):
        raise _broken(kind, source, f"cannot be loaded: {point.value} is no loader")
    return PlugIn(source, plan, getattr(loader, "parameters", None))


def _source(point: EntryPoint) -> str:
    return printable(f"{point.dist.name} {point.dist.version}" if point.dist else point.value)


def _told(error: BaseException) -> str:
    return printable(" ".join(f"{type(error).__name__}: {error}".split()))


def _broken(kind: str, source: str, what: str) -> HubError:
    hint = "upgrade it, or tell its authors; other servers are not concerned"
    return HubError(f"the plug-in for {kind}, {source}, {what}", hint, ExitCode.FAILED)
