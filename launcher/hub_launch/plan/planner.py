"""Which loader plans which part of an entry.

To add a kind of server: write its loader in a file of its own, and add a line to LOADERS. Kinds that others add are
found by their plug-ins; see `plan.plugins`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from hub_launch.catalog import Entry, kinds_of
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan.context import Context
from hub_launch.plan.launch import About, HttpLaunch, Launch
from hub_launch.plan.mcpb import plan_mcpb
from hub_launch.plan.module import plan_module
from hub_launch.plan.npm import plan_npm
from hub_launch.plan.oci import images_of, plan_oci
from hub_launch.plan.openapi import plan_openapi
from hub_launch.plan.parameters import Parameter, Values, check_names, declared
from hub_launch.plan.plugins import extension_parameters, is_planned, plan_extension
from hub_launch.plan.pypi import plan_pypi
from hub_launch.plan.remote import plan_remote


@dataclass(frozen=True)
class Loader:
    """How one kind of server is planned.

    parts: those of this kind in an entry (a package, a remote, ...), best first.
    plan: id, title, one of these parts, the user's values and this machine -> what to start.
    """

    parts: Callable[[Entry], Sequence[Any]]
    plan: Callable[[str, str, Any, Values, Context], Launch]


def _packages(kind: str) -> Callable[[Entry], Sequence[Any]]:
    return lambda entry: [package for package in entry.packages or () if package.registry_type == kind]


LOADERS: Mapping[str, Loader] = {
    "npm": Loader(_packages("npm"), plan_npm),
    "pypi": Loader(_packages("pypi"), plan_pypi),
    "oci": Loader(images_of, plan_oci),
    "mcpb": Loader(_packages("mcpb"), plan_mcpb),
    "module": Loader(lambda entry: [entry.module] if entry.module else [], plan_module),
    "openapi": Loader(lambda entry: [entry.openapi] if entry.openapi else [], plan_openapi),
    "remote": Loader(lambda entry: entry.remotes or (), plan_remote),
}


def plan(entry: Entry, given: Mapping[str, Sequence[str]], context: Context) -> Launch:
    """What starting `entry` means here: the first part of it that this machine can start, the others as alternatives.

    given: parameter name -> values. Raises HubError: what is missing, and for the first part how to get it.
    """
    # What a plug-in that cannot be loaded would ask for, nobody knows.
    if all(is_planned(kind) for kind in entry.extensions or ()):
        check_names(entry.id, given, parameters_of(entry))
    problems: list[HubError] = []
    launches: list[Launch] = []
    for loader, part in _parts(entry):
        values = Values(entry.id, given, context.environ, context.cwd)
        try:
            launches.append(_introduced(loader.plan(entry.id, entry.title, part, values, context), entry))
        except HubError as problem:
            if problem.code == ExitCode.USAGE and not launches:
                # The user's to mend; another part would be a guess at what they meant.
                raise
            problems.append(problem)
    if launches:
        return replace(launches[0], alternatives=tuple(launches[1:]))
    if not problems:
        kinds = ", ".join(kinds_of(entry))
        raise HubError(
            f"{entry.id} can only be started as {kinds}, which this launcher does not know",
            "`pip install --upgrade mcp-hub-launch`",
        )
    raise problems[0]


def _introduced(launch: Launch, entry: Entry) -> Launch:
    """The launch with what the entry says of the server, however it is started."""
    about = About(entry.name, entry.description, entry.version)
    launch = replace(launch, about=about, tags=frozenset((*entry.categories, *(entry.tags or ()))))
    if isinstance(launch, HttpLaunch) or entry.permissions is None:
        return launch
    return replace(launch, permissions=entry.permissions)


def parameters_of(entry: Entry) -> list[Parameter]:
    """Everything that `--set <id>.<name>=` can set, over all alternatives."""
    found: list[Parameter] = []
    for package in (
        *(entry.packages or ()),
        *([entry.module.package] if entry.module and entry.module.package else ()),
    ):
        found += declared(
            (*(package.runtime_arguments or ()), *(package.package_arguments or ())),
            package.environment_variables or (),
        )
    for remote in entry.remotes or ():
        found += declared(headers=remote.headers or (), url_variables=remote.variables)
    if entry.module:
        found += declared(variables=entry.module.environment_variables or ())
    if entry.openapi:
        found += declared(variables=entry.openapi.environment_variables or (), url_variables=entry.openapi.variables)
    for kind, part in (entry.extensions or {}).items():
        found += extension_parameters(kind, part)
    unique: dict[str, Parameter] = {}
    for parameter in found:
        unique.setdefault(parameter.name, parameter)
    return list(unique.values())


def _parts(entry: Entry) -> Iterator[tuple[Loader, Any]]:
    for kind in kinds_of(entry):
        loader = LOADERS.get(kind)
        if loader:
            yield from ((loader, part) for part in loader.parts(entry))
        elif kind in (extensions := entry.extensions or {}):
            yield _extension(kind), extensions[kind]


def _extension(kind: str) -> Loader:
    return Loader(lambda entry: [(entry.extensions or {})[kind]], partial(plan_extension, kind))
