"""A first entry for a server: facts from where it is published, guesses with remarks, questions to nobody.

A source is a file beside this one, and a line here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from hub_build.scaffold import openapi, packages, remote, server_json
from hub_build.scaffold.commented import commented
from hub_build.scaffold.draft import Draft
from hub_build.scaffold.request import Request
from hub_build.scaffold.trial import NOT_TRIED, Tool, Trial
from hub_launch.errors import ExitCode, HubError

__all__ = ["NOT_TRIED", "SOURCES", "Draft", "Request", "Source", "Tool", "Trial", "commented", "drafted"]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing to make an entry of. example: as people type it."""

    example: str
    draft: Callable[[str, Request], Draft]


# As npm and PyPI have them.
_PACKAGE = re.compile(r"(@[\w.-]+/)?\w[\w.-]*", re.ASCII)

# By the word before the colon.
SOURCES: Mapping[str, Source] = {
    "npm": Source("npm:@you/weather-mcp", packages.from_npm),
    "pypi": Source("pypi:weather-mcp", packages.from_pypi),
    "oci": Source("oci:images.example.com/you/weather-mcp", packages.from_oci),
    "openapi": Source("openapi:weather.yaml", openapi.from_openapi),
    "https": Source("https://mcp.example.com/mcp", lambda rest, request: remote.from_url(f"https:{rest}", request)),
}


def drafted(text: str, request: Request) -> Draft:
    """The draft for `text`. Raises HubError if it is no source, or nothing is there."""
    kind, _, rest = text.partition(":")
    if kind in SOURCES and rest:
        return SOURCES[kind].draft(rest, request)
    if text.endswith(server_json.ENDINGS):
        return server_json.from_file(text, request)
    examples = ", ".join(source.example for source in SOURCES.values())
    near = " or ".join(_near(kind, rest))
    hint = f"{f'did you mean {near}? ' if near else ''}sources: {examples}, or a server.json"
    raise HubError(f"{text} is nothing that an entry can be made of", hint, ExitCode.USAGE)


def _near(kind: str, rest: str) -> list[str]:
    """What may be meant by a kind with a slip, or by a package without its kind."""
    if rest:
        return [f"{one}:{rest}" for one in get_close_matches(kind, SOURCES, n=1)]
    if not _PACKAGE.fullmatch(kind):
        return []
    return [f"npm:{kind}"] if kind.startswith("@") else [f"npm:{kind}", f"pypi:{kind}"]
