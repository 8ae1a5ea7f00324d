"""HTTP APIs turned into tools, in a process of their own."""

import json
import re

from hub_launch.catalog import OpenApi
from hub_launch.catalog.inputs import VARIABLE_PATTERN
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan.context import Context
from hub_launch.plan.launch import StdioLaunch
from hub_launch.plan.parameters import Values
from hub_launch.plan.stdio import process_launch


def plan_openapi(server: str, title: str, api: OpenApi, values: Values, context: Context) -> StdioLaunch:
    """`python -m hub_launch.children.openapi --spec <file or URL> --base-url <URL> --options <JSON>`.

    A description is a stranger's document: parsing it in the hub's own process would let it stall the hub.
    """
    base_url = values.fill(api.base_url, api.variables, in_url=True)
    # A missing value is reported by name below, not as an empty address here.
    if not values.missing and not base_url.startswith(("http://", "https://")):
        raise HubError(f"{server}: the API's address {base_url!r} is not an http(s) URL", code=ExitCode.USAGE)
    options = api.model_dump(mode="json", exclude_unset=True, include=_OPTIONS)
    # -P and the absolute path of the interpreter: nothing in the current folder is imported.
    argv = [context.python, "-P", "-m", "hub_launch.children.openapi", "--name", server]
    argv += ["--spec", _spec(server, api, context), "--base-url", base_url]
    if api.url and api.sha256:
        argv += ["--sha256", api.sha256]
    if not _is_the_users(api, base_url):
        argv += ["--public"]
    if options:
        argv += ["--options", json.dumps(options, sort_keys=True)]
    programs = [*context.python_programs, *([] if api.url else [_spec(server, api, context)])]
    variables = api.environment_variables or ()
    return process_launch(server, title, "openapi", argv, variables, values, context, programs=programs)


# What the child makes of these is `hub_launch.children.openapi.server.build_server`.
_OPTIONS = {
    "auth",
    "route_maps",
    "mcp_names",
    "mcp_tags",
    "description_prefix",
    "timeout_seconds",
    "retries",
}


def _is_the_users(api: OpenApi, base_url: str) -> bool:
    """Whether the address is one that the user named, which may well be in their own network."""
    whole = re.fullmatch(VARIABLE_PATTERN, api.base_url)
    declared = (api.variables or {}).get(whole[1]) if whole else None
    return declared is not None and base_url not in (declared.default, declared.value)


def _spec(server: str, api: OpenApi, context: Context) -> str:
    if api.url:
        return api.url
    if api.sha256 is None:
        raise HubError(f"{server}: the registry names {api.file} without its hash", code=ExitCode.REGISTRY)
    return str(context.spec_path(api.sha256))
