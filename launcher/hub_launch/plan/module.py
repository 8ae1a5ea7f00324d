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
        argv = [
            runner,
            *_uv_arguments(server, module),
            *target,
            *values.arguments(module.package.package_arguments),
        ]
    variables = module.environment_variables or ()
    return process_launch(server, title, "module", argv, variables, values, context, runner=runner)


def _uv_arguments(server: str, module: Module) -> list[str]:
    package = module.package
    if package is None or package.registry_type != "pypi" or package.version is None:
        raise HubError(f"{server}: the package of a module must be an exact version on PyPI")
    requirement = f"{package.identifier}=={package.version}"
    # By its path: the environment that uv makes has the publisher's package in it and not the launcher.
    loader = Path(hub_launch.children.__path__[0]) / "module.py"
    return ["run", "--no-project", "--isolated", "--with", requirement, "python", "-P", str(loader)]
