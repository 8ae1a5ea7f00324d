"""HTTP services that describe themselves by OpenAPI, as FastAPI's do. Only what the user names is asked."""

import json
import re
import shlex
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2
import yaml

from hub_launch.catalog import OpenApi
from hub_launch.children.openapi.spec import MAX_SPEC_BYTES, parse_spec
from hub_launch.clients.mcp_json import id_of
from hub_launch.discovery.found import Discovered, Outcome
from hub_launch.errors import why
from hub_launch.judge.api import Analysis, analyze

# What a service on this machine or network needs many times over.
SECONDS = 10
_DESCRIPTION = re.compile(r"\.(json|ya?ml)$")


def find(address: str) -> Outcome:
    """The service at `address`, which is its own or that of its description."""
    described = _DESCRIPTION.search(urlsplit(address).path)
    where = address if described else urljoin(f"{address.rstrip('/')}/", "openapi.json")
    try:
        data = fetch(where)
        analysis = analyze(parse_spec(data))
    except (httpx2.HTTPError, httpx2.InvalidURL, yaml.YAMLError, ValueError, RecursionError) as error:
        return Outcome(notes=(f"{where}: {why(error)}",), failed=True)
    name = id_of(analysis.title)[:40].strip("-") or "api"
    what = f"{analysis.title} {analysis.version}: {len(analysis.operations)} operations"
    kept = f"{name}.openapi{Path(urlsplit(where).path).suffix}"
    if where.startswith("https://"):
        add = f"hub-launch analyze {shlex.quote(where)} -o {name}.yaml"
        return Outcome((Discovered("api", name, where, what, add, files={kept: data}),))
    # Nobody else reaches it, so that it is no entry of a registry; its description is kept, since it may be down later.
    base = urljoin(where, analysis.server or "/")
    server = {"command": sys.executable, "args": _arguments(name, kept, base, analysis)}
    return Outcome((Discovered("api", name, where, what, server=server, files={kept: data}),))


def _arguments(name: str, spec: str, base: str, analysis: Analysis) -> list[str]:
    """As `hub_launch.plan.openapi` starts an API."""
    said = {"file": "described.json", "baseUrl": base, "routeMaps": [dict(one) for one in analysis.route_maps]}
    options = OpenApi.model_validate(said).model_dump(mode="json", exclude_unset=True, include={"route_maps"})
    words = ["-P", "-m", "hub_launch.children.openapi", "--name", name, "--spec", spec, "--base-url", base.rstrip("/")]
    return [*words, "--options", json.dumps(options)]


def fetch(address: str) -> bytes:
    """The description at an address that the user named, which may be on their own machine or network.

    Raises httpx2.HTTPError or ValueError.
    """
    with httpx2.Client(timeout=SECONDS) as client, client.stream("GET", address) as response:
        response.raise_for_status()
        if response.is_redirect:
            raise ValueError(f"it is at {response.headers.get('location')}; name that")
        data = b""
        for piece in response.iter_bytes():
            data += piece
            if len(data) > MAX_SPEC_BYTES:
                raise ValueError(f"the description is larger than {MAX_SPEC_BYTES:,} bytes")
    return data
