"""`python -m hub_launch.children.openapi`: an OpenAPI description, served as MCP tools over stdio.

Credentials come from environment variables that the options name, never from the command line.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import httpx2
import yaml

DEFAULT_TIMEOUT_SECONDS = 30
# Larger descriptions exist (a few clouds' whole API); as tools they would be of no use to an assistant.
MAX_SPEC_BYTES = 8 * 1024 * 1024


def main(argv: list[str] | None = None) -> int:
    """Serve until standard input closes. Returns the exit code; a message on standard error says why."""
    arguments = _parser().parse_args(argv)
    try:
        spec = load_spec(arguments.spec, arguments.sha256)
        server = build_server(arguments.name, spec, arguments.base_url, json.loads(arguments.options))
    except Exception as error:  # a stranger's description can break its readers in any way
        sys.stderr.write(f"{arguments.spec}: {type(error).__name__}: {error}\n")
        return 1
    server.run(transport="stdio", show_banner=False)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("--spec", required=True, help="file or https URL, JSON or YAML")
    parser.add_argument("--sha256", help="expected hash of the description")
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--options", default="{}", help="auth, routeMaps, mcpNames, timeoutSeconds as JSON")
    return parser


def load_spec(location: str, sha256: str | None = None) -> dict[str, Any]:
    """The description at a path or URL. Raises OSError, httpx2.HTTPError or ValueError."""
    if location.startswith("https://"):
        data = httpx2.get(location, timeout=DEFAULT_TIMEOUT_SECONDS, follow_redirects=True).raise_for_status().content
    else:
        data = Path(location).read_bytes()
    if len(data) > MAX_SPEC_BYTES:
        raise ValueError(f"the description is larger than {MAX_SPEC_BYTES:,} bytes")
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError("the description has changed since the entry was published")
    spec = json.loads(data) if data.lstrip()[:1] == b"{" else yaml.safe_load(data)
    if not isinstance(spec, dict) or not str(spec.get("openapi", "")).startswith("3."):
        raise ValueError("the description is not OpenAPI 3")
    return spec


def build_server(name: str, spec: dict[str, Any], base_url: str, options: dict[str, Any]) -> Any:
    """A FastMCP server with a component per operation.

    options: the entry's `auth`, `routeMaps`, `mcpNames` and `timeoutSeconds`. Raises ValueError or KeyError
    for options and descriptions that make no server.
    """
    from fastmcp import FastMCP

    return FastMCP.from_openapi(
        spec,
        client=_client(base_url, options),
        name=name,
        route_maps=_route_maps(options.get("routeMaps")),
        mcp_names=options.get("mcpNames"),
        # Public APIs often answer more, or less, than they describe; the assistant can read it all the same.
        validate_output=False,
    )


def _client(base_url: str, options: dict[str, Any]) -> httpx2.AsyncClient:
    auth = options.get("auth", {})
    headers: dict[str, str] = {}
    params: dict[str, str] = {}
    match auth.get("type"):
        case "bearer":
            headers["Authorization"] = f"Bearer {os.environ[auth['variable']]}"
        case "apiKey":
            target = headers if auth["in"] == "header" else params
            target[auth["name"]] = os.environ[auth["variable"]]
        case "basic":
            pair = f"{os.environ[auth['username']]}:{os.environ[auth['password']]}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    return httpx2.AsyncClient(
        base_url=base_url,
        headers=headers,
        params=params,
        timeout=options.get("timeoutSeconds", DEFAULT_TIMEOUT_SECONDS),
    )


def _route_maps(maps: list[dict[str, Any]] | None) -> list[Any] | None:
    from fastmcp.server.providers.openapi import MCPType, RouteMap

    if maps is None:
        return None
    return [
        RouteMap(
            methods=rule.get("methods", "*"),
            pattern=re.compile(rule.get("pattern", ".*")),
            tags=set(rule.get("tags", ())),
            mcp_type=MCPType[rule["mcpType"]],
            mcp_tags=set(rule.get("mcpTags", ())),
        )
        for rule in maps
    ]


if __name__ == "__main__":
    sys.exit(main())
