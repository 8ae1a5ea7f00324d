"""Which registries there are: the one the user names, or those they added and the project's own."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import read_bounded, write_atomic
from hub_launch.index.overlay import EPHEMERAL, OVERLAY
from hub_launch.index.root import read_root
from hub_launch.settings import PUBLIC_REGISTRY, Settings, default_registry

FILE_VERSION = 1
# A line for each registry; nobody has thousands.
MAX_FILE_BYTES = 1024 * 1024

BUILT_IN_NAMES = ("public", "checkout", OVERLAY, EPHEMERAL)
# No dot, so that `name/id` is never taken for an official name, whose namespace is a host.
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Place:
    """A registry to read. name: as in `name/id`; empty for one that was given by its place. root: empty without one."""

    name: str
    location: str
    root: bytes = b""
    unsigned: bool = False
    """The user said that it need not be signed."""


def places(settings: Settings) -> tuple[Place, ...]:
    """The registries to read, best first. Raises HubError (exit 2) for a root that cannot be read."""
    if settings.unsigned and settings.root:
        raise HubError("--root and --unsigned contradict each other", "give one of them", ExitCode.USAGE)
    if settings.registry:
        return (_named(settings),)
    if settings.root or settings.unsigned:
        raise HubError(
            "--root and --unsigned say something of the registry that --registry names, and none is named",
            "add --registry PLACE, or keep it with `hub-launch registry add`",
            ExitCode.USAGE,
        )
    return all_places(settings.config_dir)


def all_places(config_dir: Path) -> tuple[Place, ...]:
    """The registries that were added, in that order, and the built-in one last: it can hide nothing of theirs."""
    document = _read(config_dir)
    added = tuple(_place(config_dir, one) for one in document["registries"])
    return added if document["builtIn"] is False else (*added, built_in())


def built_in() -> Place:
    """The registry that is read without being added: the checkout's own where there is one, else the public one."""
    location = default_registry()
    return Place("public" if location == PUBLIC_REGISTRY else "checkout", location)


def add(config_dir: Path, place: Place, *, first: bool = False) -> None:
    """Remember `place`. Raises HubError (exit 2) if its name is taken or no name."""
    if not _NAME.fullmatch(place.name):
        raise HubError(
            f"{place.name!r} cannot name a registry", "use lower-case letters, digits and hyphens", ExitCode.USAGE
        )
    document = _read(config_dir)
    if place.name in BUILT_IN_NAMES:
        # It keeps its name while it is not read.
        again = f": without a place, `hub-launch registry add {place.name}` has the launcher's own read"
        hint = f"choose another name{again if place.name == built_in().name else ''}"
        raise HubError(f"There is a registry {place.name} already", hint, ExitCode.USAGE)
    if place.name in {one["name"] for one in document["registries"]}:
        raise HubError(
            f"There is a registry {place.name} already",
            f"choose another name, or `hub-launch registry remove {place.name}` first",
            ExitCode.USAGE,
        )
    new = {"name": place.name, "location": place.location, "unsigned": place.unsigned, "root": _keep(config_dir, place)}
    document["registries"].insert(0 if first else len(document["registries"]), new)
    _write(config_dir, document)


def remove(config_dir: Path, name: str) -> None:
    """Forget a registry. Raises HubError (exit 2) if there is none of that name."""
    document = _read(config_dir)
    kept = [one for one in document["registries"] if one["name"] != name]
    if name == built_in().name and document["builtIn"] is not False:
        document["builtIn"] = False
    elif len(kept) == len(document["registries"]):
        names = ", ".join(place.name for place in all_places(config_dir)) or "none at all"
        raise HubError(f"There is no registry {name!r}", f"there is {names}", ExitCode.USAGE)
    _write(config_dir, document | {"registries": kept})


def restore(config_dir: Path) -> None:
    """Read the built-in registry again."""
    _write(config_dir, _read(config_dir) | {"builtIn": True})


def _named(settings: Settings) -> Place:
    known = {place.name: place for place in (*all_places(settings.config_dir), built_in())}
    place = known.get(settings.registry)
    if place is None:
        _check_spelling(settings.registry, known)
        place = Place("", settings.registry)
    if settings.root:
        return replace(place, root=read_root(settings.root), unsigned=False)
    return replace(place, root=b"", unsigned=True) if settings.unsigned else place


def _check_spelling(given: str, known: Iterable[str]) -> None:
    """Raise HubError (exit 3) for what is no place, and nearly the name of one."""
    close = get_close_matches(given, known, n=1)
    if close and _NAME.fullmatch(given) and not Path(given).exists():
        raise HubError(
            f"There is neither a registry nor a folder {given!r}", f"did you mean {close[0]}?", ExitCode.REGISTRY
        )


def is_known(settings: Settings, name: str) -> bool:
    """Whether a registry has been added under that name, or is the built-in one."""
    return name in {place.name for place in (*all_places(settings.config_dir), built_in())}


def kept_root(settings: Settings, place: Place) -> Path | None:
    """The file with the root that `place` is checked with; None for one without."""
    if settings.root:
        return settings.root.absolute()
    return _root_path(settings.config_dir.absolute(), sha256_hex(place.root)) if place.root else None


def _place(config_dir: Path, one: Any) -> Place:
    sha256 = one["root"]
    root = read_root(_root_path(config_dir, sha256)) if sha256 else b""
    if root and sha256_hex(root) != sha256:
        raise HubError(
            f"{_root_path(config_dir, sha256)} is not the root that was added",
            f"`hub-launch registry remove {one['name']}`, then add it again with its root",
            ExitCode.REGISTRY,
        )
    return Place(one["name"], one["location"], root, one["unsigned"])


def _keep(config_dir: Path, place: Place) -> str:
    """Copy the root beside the list, since the file it came from may go. Returns its hash, empty without one."""
    if not place.root:
        return ""
    sha256 = sha256_hex(place.root)
    _write_file(_root_path(config_dir, sha256), place.root)
    return sha256


def _root_path(config_dir: Path, sha256: str) -> Path:
    return config_dir / "roots" / f"{sha256}.json"


def _list_path(config_dir: Path) -> Path:
    return config_dir / "registries.json"


def _read(config_dir: Path) -> dict[str, Any]:
    """The list as it is stored. A damaged one is an error and not an empty one: it says whom the user trusts."""
    path = _list_path(config_dir)
    try:
        document: Any = json.loads(read_bounded(path, MAX_FILE_BYTES))
        if document["version"] == FILE_VERSION and _is_list(document["registries"]):
            return {"builtIn": True, **document}
    except (FileNotFoundError, NotADirectoryError):
        return {"version": FILE_VERSION, "builtIn": True, "registries": []}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise HubError(
        f"{path} is not a list of registries that this launcher wrote",
        "correct or remove it, and add the registries again",
        ExitCode.REGISTRY,
    )


def _is_list(registries: Sequence[Any]) -> bool:
    keys = {"name": str, "location": str, "unsigned": bool, "root": str}
    return all(isinstance(one[key], kind) for one in registries for key, kind in keys.items())


def _write(config_dir: Path, document: dict[str, Any]) -> None:
    _write_file(_list_path(config_dir), canonical_json(document))


def _write_file(path: Path, data: bytes) -> None:
    try:
        write_atomic(path, data)
    except OSError as error:
        raise HubError(
            f"{path} cannot be written: {why(error)}", "make room, or name another folder with HUB_CONFIG_DIR"
        ) from error
