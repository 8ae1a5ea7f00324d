"""MCP bundles: archives with a server and a manifest that says how it is started."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from hub_launch.catalog import Package
from hub_launch.errors import HubError
from hub_launch.plan.context import Context
from hub_launch.plan.launch import Packaged, StdioLaunch
from hub_launch.plan.parameters import Values, argument_parameter
from hub_launch.plan.stdio import process_launch

RUNNER = "hub_launch.install.run_bundle"
"""For bundles what npx is for npm: fetches, checks, unpacks and starts them."""

VALUES_VARIABLE = "HUB_BUNDLE_VALUES"
"""How the runner is told the user's values: JSON, parameter -> list. Arguments would be seen by every process."""

# A host, and nothing that says who asks.
_ADDRESS = re.compile(r"https://[A-Za-z0-9.\-\[\]:]+/\S+")


def plan_mcpb(server: str, title: str, package: Package, values: Values, context: Context) -> StdioLaunch:
    """`python -m hub_launch.install.run_bundle <address> <sha256> <fixed arguments>`.

    Where the user's values go is the manifest's to say: arguments and variables of the entry that have no fixed value
    are its settings, by their names. Arguments with one are added to the manifest's.
    """
    if package.transport.type != "stdio":
        raise HubError(f"{server}: bundles are spoken to over stdio, not {package.transport.type}")
    if not _ADDRESS.fullmatch(package.identifier) or package.file_sha256 is None:
        raise HubError(f"{server}: {package.identifier} is not the https address of a bundle with its fileSha256")
    if package.runtime_arguments:
        raise HubError(f"{server}: a bundle says itself how it is started; an entry may not add to that")
    given = package.package_arguments or ()
    fixed = tuple(values.arguments(one for one in given if one.value is not None))
    asked = {
        argument_parameter(one).name: tuple(values.of(argument_parameter(one))) for one in given if one.value is None
    }
    asked |= {name: (value,) for name, value in values.environment(package.environment_variables).items()}
    settings = {name: found for name, found in asked.items() if found}
    launch = process_launch(
        server,
        title,
        "mcpb",
        (context.python, "-I", "-m", RUNNER, package.identifier, package.file_sha256, *fixed),
        package.environment_variables or (),
        values,
        context,
        packaged=Packaged(package, arguments=fixed, values=settings),
        programs=context.python_programs,
    )
    return _told(launch, settings)


def _told(launch: StdioLaunch, settings: Mapping[str, tuple[str, ...]]) -> StdioLaunch:
    return replace(launch, env={**launch.env, VALUES_VARIABLE: json.dumps(settings)}) if settings else launch
