"""`.hub-build.json` in the site: which of its files are ours, and whether the run that wrote them came to its end."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub_build.write import disk
from hub_launch.catalog import canonical_json
from hub_launch.errors import ExitCode, HubError

MANIFEST = ".hub-build.json"
# A reader of a later manifest could remove what it does not understand.
MANIFEST_VERSION = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """The paths we wrote, and whether the run that did was interrupted: then some may not be there."""

    files: frozenset[str] = frozenset()
    interrupted: bool = False


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the site in `folder`, empty where there is none. Raises HubError for one that is not ours."""
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError:
        return Manifest()
    try:
        manifest = json.loads(data)
        if manifest["version"] == MANIFEST_VERSION and _are_inside(manifest["files"]):
            return Manifest(frozenset(manifest["files"]), not manifest["complete"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise HubError(
        f"{folder / MANIFEST} is not a list of the files that hub-build wrote",
        f"remove the folder {folder} and build again",
        ExitCode.FAILED,
    )


def write_manifest(folder: Path, paths: Iterable[str], *, complete: bool) -> None:
    """Say that `paths` are ours."""
    manifest = {"version": MANIFEST_VERSION, "complete": complete, "files": sorted(paths)}
    staged = f"{folder / MANIFEST}.new"
    try:
        # Of a run that was killed.
        Path(staged).unlink(missing_ok=True)
        disk.write(staged, canonical_json(manifest))
        disk.move(staged, f"{folder / MANIFEST}")
    except BaseException:
        Path(staged).unlink(missing_ok=True)
        raise


def _are_inside(paths: list[Any]) -> bool:
    """Whether `paths` stay in the site: the manifest lies in a folder that others write to. Raises TypeError."""
    # As one text: to take a hundred thousand paths apart takes longer than all else about them. No path has a NUL.
    text = "/\0/".join(["", *paths, ""])
    return "/../" not in text and "\0//" not in text
