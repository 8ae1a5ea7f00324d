"""PyPI packages, started by uvx."""

from dataclasses import replace

from hub_launch.catalog import Package
from hub_launch.errors import HubError
from hub_launch.plan.context import Context
from hub_launch.plan.launch import StdioLaunch
from hub_launch.plan.parameters import Values
from hub_launch.plan.stdio import package_launch

INSTALL_HINT = 'install uv, or `pip install "mcp-hub-launch[runners]"`'

# Python shuffles its sets anew at every start, and servers write them into descriptions: tools that were agreed to
# would look like others. The shuffling guards services against keys of strangers; a server here has one user.
_SAME_ORDER = {"PYTHONHASHSEED": "0"}


def steady(launch: StdioLaunch) -> StdioLaunch:
    """`launch` of a Python server, which lists the same tools in the same words at every start."""
    return replace(launch, env={**_SAME_ORDER, **launch.env})


def plan_pypi(server: str, title: str, package: Package, values: Values, context: Context) -> StdioLaunch:
    """`uvx <name>@<version> <arguments>`."""
    uvx = context.runner("uvx", INSTALL_HINT)
    if package.version is None:
        raise HubError(f"{server}: the PyPI package {package.identifier} has no version")
    command = (f"{package.identifier}@{package.version}",)
    return steady(package_launch(server, title, package, values, context, runner=(uvx,), command=command))
