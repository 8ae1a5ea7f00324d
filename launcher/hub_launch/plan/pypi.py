"""PyPI packages, started by uvx."""

from hub_launch.catalog import Package
from hub_launch.errors import HubError
from hub_launch.plan.context import Context
from hub_launch.plan.launch import StdioLaunch
from hub_launch.plan.parameters import Values
from hub_launch.plan.stdio import package_launch

INSTALL_HINT = 'install uv, or `pip install "mcp-hub-launch[runners]"`'


def plan_pypi(server: str, title: str, package: Package, values: Values, context: Context) -> StdioLaunch:
    """`uvx <name>@<version> <arguments>`."""
    uvx = context.runner("uvx", INSTALL_HINT)
    if package.version is None:
        raise HubError(f"{server}: the PyPI package {package.identifier} has no version")
    return package_launch(
        server,
        title,
        package,
        values,
        context,
        runner=(uvx,),
        command=(f"{package.identifier}@{package.version}",),
    )
