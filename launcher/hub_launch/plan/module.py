"""FastMCP servers that are Python objects, each in a process of its own."""

from dataclasses import replace
from pathlib import Path

import hub_launch.children
from hub_launch.catalog import EnvironmentVariable, Module, Package
from hub_launch.errors import HubError
from hub_launch.plan.context import Context
from hub_launch.plan.launch import Inside, Packaged, StdioLaunch
from hub_launch.plan.parameters import Values
from hub_launch.plan.pypi import INSTALL_HINT, steady
from hub_launch.plan.stdio import process_launch


def plan_module(server: str, title: str, module: Module, values: Values, context: Context) -> StdioLaunch:
    """Our own modules run in the launcher's interpreter, others in an environment that uv makes for them.

    With `inProcess` they run inside the hub where their very version is installed beside it. The command is planned all
    the same, for what cannot take anything inside.
    """
    target = [module.path, *([module.entrypoint] if module.entrypoint else [])]
    variables = list(module.environment_variables or ())
    if module.package is None:
        argv = [context.python, "-P", "-m", "hub_launch.children.module", *target]
        programs = context.python_programs
        launch = process_launch(server, title, "module", argv, variables, values, context, programs=programs)
        return _inside(launch, module) if module.in_process else launch
    if module.in_process and module.package.version == context.installed(module.package.identifier):
        # The very version that the entry names, which the user put beside the launcher: nothing else is taken inside.
        argv = [context.python, "-P", "-m", "hub_launch.children.module", *target]
        return _inside(process_launch(server, title, "module", argv, (), values, context), module)
    return _packaged(server, title, module.package, target, variables, values, context)


def _inside(launch: StdioLaunch, module: Module) -> StdioLaunch:
    return replace(launch, inside=Inside(module.path, module.entrypoint or ""))


def _packaged(
    server: str,
    title: str,
    package: Package,
    target: list[str],
    variables: list[EnvironmentVariable],
    values: Values,
    context: Context,
) -> StdioLaunch:
    runner = context.runner("uv", INSTALL_HINT)
    if package.registry_type != "pypi" or package.version is None:
        raise HubError(f"{server}: the package of a module must be an exact version on PyPI")
    given = values.arguments(package.package_arguments)
    if given and len(target) == 1:
        # An empty name means the usual ones, so that the first argument is not taken for a name.
        target = [*target, ""]
    # By its path: the environment that uv makes has the publisher's package in it and not the launcher.
    loader = str(Path(hub_launch.children.__path__[0]) / "module.py")
    arguments = ("-P", loader, *target, *given)
    runtime = tuple(values.arguments(package.runtime_arguments))
    requirement = f"{package.identifier}=={package.version}"
    argv = [runner, "run", "--no-project", "--isolated", *runtime, "--with", requirement, "python", *arguments]
    launch = process_launch(
        server,
        title,
        "module",
        argv,
        [*variables, *(package.environment_variables or ())],
        values,
        context,
        runner=runner,
        packaged=Packaged(package, runtime, "python", arguments),
        programs=(loader,),
    )
    return steady(launch)
