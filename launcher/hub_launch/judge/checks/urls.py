"""Addresses lead to one public place over https, the same for every user: never into their own network.

A hub that fetches what an entry says would else be a way around the user's firewall, to the metadata service of a
cloud machine for one (server-side request forgery).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hub_launch.catalog import Entry, Input, Package
from hub_launch.catalog.apiauth import OAuth2Auth
from hub_launch.catalog.transport import StdioTransport
from hub_launch.judge.checks import web
from hub_launch.judge.checks.hosts import is_loopback
from hub_launch.judge.checks.parts import label, packages_of, remotes_of
from hub_launch.judge.findings import Finding, Pointer, quoted
from hub_launch.judge.registry import Registry, Source

_HINT = "write an https:// address with a public host name"


def check(source: Source) -> Iterator[Finding]:
    """Every address of the entry keeps the rules."""
    if source.entry is None:
        return
    for place, url in _addresses(source.entry):
        yield from _public(source, place, url)
    if source.entry.openapi:
        api = source.entry.openapi
        yield from _base(source, api.base_url, api.variables or {})
    for at, package in packages_of(source.entry):
        yield from _local(source, at, package)


def _addresses(entry: Entry) -> Iterator[tuple[Pointer, str]]:
    for at, remote in remotes_of(entry):
        yield (*at, "url"), remote.url
    if entry.openapi and entry.openapi.url:
        yield ("openapi", "url"), entry.openapi.url
    if entry.openapi and isinstance(entry.openapi.auth, OAuth2Auth):
        yield ("openapi", "auth", "tokenUrl"), entry.openapi.auth.token_url
    if entry.website_url:
        yield ("websiteUrl",), entry.website_url
    for number, icon in enumerate(entry.icons or ()):
        yield ("icons", number, "src"), icon.src
    for at, package in packages_of(entry):
        if package.registry_type == "mcpb" and "://" in package.identifier:
            yield (*at, "identifier"), package.identifier
        if package.registry_base_url:
            yield (*at, "registryBaseUrl"), package.registry_base_url


def _public(source: Source, place: Pointer, url: str) -> Iterator[Finding]:
    # People jump to a part of a home page; nothing else has parts that a server is never told of.
    problem = web.problem_with(url.partition("#")[0] if place == ("websiteUrl",) else url)
    if problem:
        message = f"{label(place)}: {quoted(url)} {problem.told}"
        yield source.loaded.finding(place, "url", message, _HINT, severity=problem.severity)


def _base(source: Source, url: str, variables: Mapping[str, Input]) -> Iterator[Finding]:
    """The API's address. It may be the user's own: then it is one variable, and what is proposed for it is public."""
    place: Pointer = ("openapi", "baseUrl")
    whole = web.VARIABLE.fullmatch(url)
    if whole is None:
        if url.startswith("{"):
            message = f"{label(place)}: {quoted(url)} goes on behind a variable that holds an address"
            hint = "write `{name}` alone: only then is its value taken as it is"
            yield source.loaded.finding(place, "url", message, hint)
        else:
            yield from _public(source, place, url)
        return
    declared = variables.get(whole[1])
    if declared and declared.default is not None:
        yield from _public(source, ("openapi", "variables", whole[1], "default"), declared.default)
    for number, choice in enumerate(declared.choices or () if declared else ()):
        yield from _public(source, ("openapi", "variables", whole[1], "choices", number), choice)


def _local(source: Source, at: Pointer, package: Package) -> Iterator[Finding]:
    """A package that opens a port of its own opens it on the user's machine."""
    transport = package.transport
    if isinstance(transport, StdioTransport):
        return
    place, parts = (*at, "transport", "url"), web.split(transport.url)
    told = parts if isinstance(parts, str) else ""
    if not isinstance(parts, str) and not is_loopback(parts.host):
        told = f"has the host {quoted(parts.host)}; a package runs on the user's own machine"
    if told:
        message, hint = f"{label(place)}: {quoted(transport.url)} {told}", "write http://127.0.0.1:<port>/, or a remote"
        yield source.loaded.finding(place, "url", message, hint)


def check_registry(registry: Registry) -> Iterator[Finding]:
    """No two entries are the same remote, and no entry is it twice. Every file of a clash gets the finding."""
    places: defaultdict[str, list[_Place]] = defaultdict(list)
    for source in registry.sources:
        for number, (url, transport) in enumerate(source.facts.remotes):
            places[web.normal(url)].append(_Place(source, ("remotes", number, "url"), transport))
    for same in places.values():
        for one in same if len(same) > 1 else ():
            # A server may speak both transports at one address.
            other = next((two for two in same if two is not one and not two.is_sibling(one)), None)
            if other:
                yield _clash(one, other)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    source: Source
    pointer: Pointer
    transport: str

    def is_sibling(self, other: "_Place") -> bool:
        return self.source is other.source and self.transport != other.transport


def _clash(one: _Place, other: _Place) -> Finding:
    where = label(other.pointer) if other.source is one.source else f"that of {other.source.file}"
    message = f"{label(one.pointer)}: the same address is {where}"
    return one.source.loaded.finding(one.pointer, "url-shared", message, "one server, one entry: keep one of the two")
