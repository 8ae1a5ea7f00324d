"""The parts of an entry that several checks look at, each with its place in the document."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from hub_launch.catalog import Argument, Entry, EnvironmentVariable, Header, Input, OpenApi, Package, Remote
from hub_launch.catalog.inputs import PositionalArgument
from hub_launch.catalog.transport import StdioTransport
from hub_launch.judge.findings import Pointer, quoted

Item = Argument | EnvironmentVariable | Header
"""An input that stands for itself: its value is an argument, a variable of the environment or a header."""

Placed = tuple[Pointer, Item]

# Entries have a handful of names; comparing takes a tenth of a millisecond each, and a hostile file could have hundreds
# that are compared with hundreds.
MAX_COMPARED = 50

_NONE: Mapping[str, Input] = {}


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to start the server: what it asks for, and the address that variables are put into.

    url_key: the key of the address below `pointer`. url_variables: the variables that are declared for it, if
    addresses of this kind have any of their own.
    """

    pointer: Pointer
    items: tuple[Placed, ...]
    url_key: Pointer = ()
    url: str = ""
    url_variables: Mapping[str, Input] = field(default_factory=dict)


def plain(text: str) -> str:
    """`text` without what many take for nothing: case, `-` and `_`."""
    return text.casefold().replace("-", "").replace("_", "")


def packages_of(entry: Entry) -> Iterator[tuple[Pointer, Package]]:
    """Every package, the one of a module included."""
    for number, package in enumerate(entry.packages or ()):
        yield ("packages", number), package
    if entry.module and entry.module.package:
        yield ("module", "package"), entry.module.package


def remotes_of(entry: Entry) -> Iterator[tuple[Pointer, Remote]]:
    """Every remote."""
    for number, remote in enumerate(entry.remotes or ()):
        yield ("remotes", number), remote


def environments_of(entry: Entry) -> Iterator[tuple[Pointer, tuple[EnvironmentVariable, ...]]]:
    """Every list of environment variables."""
    for at, package in packages_of(entry):
        yield (*at, "environmentVariables"), package.environment_variables or ()
    if entry.module:
        yield ("module", "environmentVariables"), entry.module.environment_variables or ()
    if entry.openapi:
        yield ("openapi", "environmentVariables"), entry.openapi.environment_variables or ()


def alternatives_of(entry: Entry) -> Iterator[Alternative]:
    """Every way to start the server."""
    for number, package in enumerate(entry.packages or ()):
        yield _of_package(("packages", number), package)
    if entry.module:
        own = tuple(_listed(("module", "environmentVariables"), entry.module.environment_variables))
        below = entry.module.package
        package_items = _of_package(("module", "package"), below).items if below else ()
        yield Alternative(("module",), (*own, *package_items))
    if entry.openapi:
        yield _of_openapi(entry.openapi)
    for at, remote in remotes_of(entry):
        items = tuple(_listed((*at, "headers"), remote.headers))
        yield Alternative(at, items, ("url",), remote.url, remote.variables or _NONE)


def inputs_of(alternative: Alternative) -> Iterator[tuple[Pointer, str, Input]]:
    """Every input with the name under which a user sets it, the variables inside of others included."""
    for at, item in alternative.items:
        yield at, name_of(item), item
        for name, variable in (item.variables or _NONE).items():
            yield (*at, "variables", name), name, variable
    for name, variable in alternative.url_variables.items():
        yield (*alternative.pointer, "variables", name), name, variable


def name_of(item: Item) -> str:
    """The name under which a user sets `item`, as the launcher's planner makes it."""
    if isinstance(item, PositionalArgument):
        return item.value_hint or ""
    return item.name.lstrip("-") if not isinstance(item, EnvironmentVariable | Header) else item.name


def label(pointer: Pointer) -> str:
    """The place as people say it: `packages[0].version`."""
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in pointer)
    return f"`{words.removeprefix('.')}`"


def did_you_mean(name: str, names: Collection[str]) -> str:
    """A question with the one of `names` that `name` is probably meant to be; empty if there is none."""
    close = get_close_matches(name, names, 1) if len(names) <= MAX_COMPARED else []
    return f"did you mean {quoted(close[0])}?" if close else ""


def _of_package(at: Pointer, package: Package) -> Alternative:
    items = (
        *_listed((*at, "runtimeArguments"), package.runtime_arguments),
        *_listed((*at, "packageArguments"), package.package_arguments),
        *_listed((*at, "environmentVariables"), package.environment_variables),
    )
    transport = package.transport
    if isinstance(transport, StdioTransport):
        return Alternative(at, items)
    headers = _listed((*at, "transport", "headers"), transport.headers)
    return Alternative(at, (*items, *headers), ("transport", "url"), transport.url)


def _of_openapi(api: OpenApi) -> Alternative:
    items = tuple(_listed(("openapi", "environmentVariables"), api.environment_variables))
    return Alternative(("openapi",), items, ("baseUrl",), api.base_url, api.variables or _NONE)


def _listed(at: Pointer, items: Iterable[Item] | None) -> Iterator[Placed]:
    for number, item in enumerate(items or ()):
        yield (*at, number), item
