"""`/api/`: the API explorer: every address of `openapi.yaml`, with one that is there in this very site."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled, Document
from hub_build.hosts.rules import content_type
from hub_build.links import address
from hub_build.outputs.openapi import ADDRESSES, Address
from hub_build.outputs.sitemap import MAX_ADDRESSES
from hub_build.pages.page import View

_PARAMETER = re.compile(r"\{(\w+)\}")

# Where `hub-build serve` serves a site that does not know its own address.
LOCAL = "http://127.0.0.1:8000/"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One kind of address.

    path: with parameters in braces. example: one that is there, relative to the site; empty if there is none.
    curl: the command that fetches it.
    """

    path: str
    summary: str
    content_type: str
    example: str
    curl: str


@dataclass(frozen=True, slots=True)
class Group:
    """Addresses that belong together. name: for links to it."""

    name: str
    title: str
    endpoints: Sequence[Endpoint]


@dataclass(frozen=True, slots=True)
class ApiPage:
    """All groups. base: the address of the commands, so that the page can say whose it is."""

    groups: tuple[Group, ...]
    base: str


Values = Mapping[str, str]
"""A value of each parameter."""


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Iterator[View]:
    """One page."""
    words = "Every address of this registry's API, with an answer of each."
    model = ApiPage(explorer(compiled), compiled.base_url or LOCAL)
    yield View("api/", "api.html", "API", words, model, "api", scripts=("explorer.js",))


def explorer(compiled: Compiled) -> tuple[Group, ...]:
    """Every address, in three groups: both forms of the official API, and all else."""
    sample = _sample(compiled)
    endpoints = [_endpoint(one, compiled, sample) for one in ADDRESSES]
    trees = {"v0.1": "The registry API, v0.1", "v0": "The same where older clients look for it, v0"}
    groups = [
        Group(tree.replace(".", "-"), title, [one for one in endpoints if one.path.startswith(f"/{tree}/")])
        for tree, title in trees.items()
    ]
    known = {one.path for group in groups for one in group.endpoints}
    return (*groups, Group("files", "Files of this registry", [one for one in endpoints if one.path not in known]))


def _sample(compiled: Compiled) -> Document:
    """The server of the examples: one that was tested and may be started, if there is one; the first by id."""
    live = [one for one in compiled.documents if one.status != "withdrawn"]
    return next((one for one in live if one.id in compiled.seen), (live or compiled.documents)[0])


def _endpoint(one: Address, compiled: Compiled, sample: Document) -> Endpoint:
    values = _EXAMPLES.get(one.path, _of_sample)(compiled, sample)
    if values is None:
        return Endpoint(one.path, one.summary, content_type(one.path), "", "")
    example = _PARAMETER.sub(lambda found: values[found[1]], one.path).removeprefix("/")
    command = f"curl {shlex.quote(address(compiled, example) if compiled.base_url else LOCAL + example)}"
    return Endpoint(one.path, one.summary, content_type(f"/{example}"), example, command)


def _of_sample(compiled: Compiled, sample: Document) -> Values:
    return {
        "id": sample.id,
        "serverName": sample.name,
        "version": "latest" if sample.standing.status != "deleted" else sample.version,
        "sha256": sample.sha256,
        "list": "names",
    }


def _of_spec(compiled: Compiled, sample: Document) -> Values | None:
    return next(({"sha256": sha256} for sha256 in sorted(compiled.specs)), None)


def _of_record(compiled: Compiled, sample: Document) -> Values | None:
    return {"id": sample.id} if sample.id in compiled.seen else None


def _of_sitemap(compiled: Compiled, sample: Document) -> Values | None:
    return {} if compiled.base_url else None


def _of_long_sitemap(compiled: Compiled, sample: Document) -> Values | None:
    return {"number": "1"} if compiled.base_url and len(compiled.documents) > MAX_ADDRESSES else None


# Of addresses that not every site has.
_EXAMPLES: Mapping[str, Callable[[Compiled, Document], Values | None]] = {
    "/specs/{sha256}.json": _of_spec,
    "/recorded/{id}.json": _of_record,
    "/sitemap.xml": _of_sitemap,
    "/sitemaps/{number}.xml": _of_long_sitemap,
}
