"""From a description and what the entry says about it to a FastMCP server with a component per operation."""

import copy
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2

from hub_launch.children.openapi.auth import auth_of
from hub_launch.children.openapi.client import ApiClient
from hub_launch.children.openapi.parameters import without_forbidden
from hub_launch.children.openapi.schemas import is_small_written_out

if TYPE_CHECKING:
    from fastmcp import FastMCP

DEFAULT_TIMEOUT_SECONDS = 30
DEFAULT_RETRIES = 2


def build_server(name: str, spec: dict[str, Any], base_url: str, options: Mapping[str, Any]) -> "FastMCP":
    """The server.

    options: the entry's `auth`, `routeMaps`, `mcpNames`, `mcpTags`, `descriptionPrefix`, `timeoutSeconds`, `retries`,
    and `public`: whether the address must be a public one. Raises ValueError or KeyError for options and descriptions
    that make no server.
    """
    if not urlsplit(base_url).hostname:
        raise ValueError(f"the API's address {base_url!r} has no host")
    client = _client(base_url, options)
    # Here, since FastMCP takes a second to import: what is wrong with the options is said at once.
    from fastmcp import FastMCP
    from fastmcp.server.providers.openapi import OpenAPIProvider

    from hub_launch.children.openapi.arguments import ArgumentCheck
    from hub_launch.children.openapi.components import Components

    spec = without_forbidden(copy.deepcopy(spec), options.get("auth", {}))
    check = ArgumentCheck()
    components = Components(options, check)
    provider = OpenAPIProvider(
        spec,
        client=client,
        route_maps=components.route_maps,
        route_map_fn=components.observe,
        mcp_component_fn=components.finish,
        mcp_names=options.get("mcpNames"),
        tags=set(options.get("mcpTags") or ()),
        # Public APIs often answer more, or less, than they describe; the assistant can read it all the same.
        validate_output=False,
    )
    for note in components.unused():
        sys.stderr.write(f"{name}: {note}\n")
    server = FastMCP(name, middleware=[check], dereference_schemas=is_small_written_out(spec))
    server.add_provider(provider)
    return server


def _client(base_url: str, options: Mapping[str, Any]) -> ApiClient:
    timeout = options.get("timeoutSeconds", DEFAULT_TIMEOUT_SECONDS)
    public = bool(options.get("public"))

    def token_client(url: str) -> httpx2.AsyncClient:
        return ApiClient(url, timeout=timeout, public=public)

    auth = auth_of(options.get("auth") or {}, os.environ, token_client)
    retries = options.get("retries", DEFAULT_RETRIES)
    return ApiClient(base_url, auth=auth, timeout=timeout, retries=retries, public=public)
