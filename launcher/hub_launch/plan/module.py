"""FastMCP servers that are Python objects, each in a process of its own."""

from pathlib import Path

import hub_launch.children
from hub_launch.catalog import Module
from hub_launch.errors import HubError
from hub_launch.plan.context import Context
from hub_launch.plan.launch import StdioLaunch
from hub_launch.plan.parameters import Values
from hub_launch.plan.pypi import INSTALL_HINT
from hub_launch.plan.stdio import process_launch


def plan_module(server: str, title: str, module: Module, values: Values, context: Context) -> StdioLaunch:
    """Our own modules run in the launcher's interpreter, others in an environment that uv makes for them."""
    target = [module.path, *([module.entrypoint] if module.entrypoint else [])]
    if module.package is None:
        argv = [context.python, "-P", "-m", "hub_launch.children.module", *target]
        runner = ""
    else:
        runner = context.runner("uv", INSTALL_HINT)
        arguments = values.arguments(module.package.package_arguments)
        if arguments and not module.entrypoint:
            # An empty name means the usual ones, so that the first argument is not taken for a name.
            target.append("")
        argv = [runner, *_uv_arguments(server, module, values), *target, *arguments]
    variables = [*(module.environment_variables or ())]
    variables += module.package.environment_variables or () if module.package else ()
    return process_launch(server, title, "module", argv, variables, values, context, runner=runner)


def _uv_arguments(server: str, module: Module, values: Values) -> list[str]:
    package = module.package
    if package is None or package.registry_type != "pypi" or package.version is None:
        raise HubError(f"{server}: the package of a module must be an exact version on PyPI")
    requirement = f"{package.identifier}=={package.version}"
    # By its path: the environment that uv makes has the publisher's package in it and not the launcher.
    loader = Path(hub_launch.children.__path__[0]) / "module.py"
    runtime = values.arguments(package.runtime_arguments)
    return ["run", "--no-project", "--isolated", *runtime, "--with", requirement, "python", "-P", str(loader)]
