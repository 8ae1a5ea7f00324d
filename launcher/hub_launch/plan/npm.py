"""npm packages, started by npx."""

from hub_launch.catalog import Package
from hub_launch.errors import HubError
from hub_launch.plan.context import Context
from hub_launch.plan.launch import StdioLaunch
from hub_launch.plan.parameters import Values
from hub_launch.plan.stdio import package_launch

INSTALL_HINT = 'install Node.js, or `pip install "mcp-hub-launch[runners]"`'


def plan_npm(server: str, title: str, package: Package, values: Values, context: Context) -> StdioLaunch:
    """`npx --yes <name>@<version> <arguments>`."""
    npx = context.runner("npx", INSTALL_HINT)
    if package.version is None:
        raise HubError(f"{server}: the npm package {package.identifier} has no version")
    return package_launch(
        server,
        title,
        package,
        values,
        context,
        runner=(npx, "--yes"),
        command=(f"{package.identifier}@{package.version}",),
    )
