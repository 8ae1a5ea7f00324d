"""Which room imports which: the layers that `make check` proves, and the imports that there are between them."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[3]
PACKAGES = ("hub_launch", "hub_build")

Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class House:
    """The rooms of one package, layer by layer from the top, and who imports whom.

    rooms: names without the package's. Modules of one layer share a room: `errors, files, text`.
    edges: only those that do not follow from others.
    """

    package: str
    layers: tuple[tuple[str, ...], ...]
    edges: frozenset[Edge]


def house(package: str) -> House:
    """The house of a package, as its layers stand in pyproject.toml."""
    layers = [_rooms_of(package, line) for line in _layers(package)]
    # Importers come first, so that an import among equals, which there is none of, would be left out.
    names = [room for layer in layers for room in layer]
    edges = {(a, b) for number, a in enumerate(names) for b in names[number + 1 :] if _imports(package, a, b)}
    return House(package, tuple(layers), frozenset(edge for edge in edges if not _follows(edge, edges)))


@functools.cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def _layers(package: str) -> list[str]:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in document["tool"]["importlinter"]["contracts"]:
        layers: list[str] = contract.get("layers", [])
        if contract.get("containers") == [package] or (layers and layers[0].startswith(f"{package}.")):
            return [layer.replace(f"{package}.", "") for layer in layers]
    raise LookupError(f"pyproject.toml has no layers of {package}")


def _rooms_of(package: str, line: str) -> tuple[str, ...]:
    names = [name.strip() for name in line.split("|")]
    folders = [name for name in names if _graph().find_children(f"{package}.{name}")]
    files = [name for name in names if name not in folders]
    return (*folders, *([", ".join(files)] if files else []))


def _imports(package: str, importer: str, imported: str) -> bool:
    return any(
        _graph().direct_import_exists(importer=f"{package}.{a}", imported=f"{package}.{b}", as_packages=True)
        for a in importer.split(", ")
        for b in imported.split(", ")
    )


def _follows(edge: Edge, edges: set[Edge]) -> bool:
    """Whether there is a longer way from its one end to the other."""
    start, end = edge
    waiting, seen = [b for a, b in edges if a == start and b != end], set[str]()
    while waiting:
        room = waiting.pop()
        if room == end:
            return True
        if room not in seen:
            seen.add(room)
            waiting += [b for a, b in edges if a == room]
    return False
