"""Where the registry is when the command line does not say."""

import argparse
from pathlib import Path

from hub_launch.errors import ExitCode, HubError

REGISTRY = "registry"


def registry_option(parser: argparse.ArgumentParser) -> None:
    """Add `--registry`."""
    parser.add_argument(
        "--registry",
        type=Path,
        metavar="DIR",
        help="the folder with servers/ and openapi/ (default: registry/ here or in the nearest folder above)",
    )


def registry_folder(arguments: argparse.Namespace) -> Path:
    """The registry that is meant. Raises HubError if there is none."""
    if arguments.registry is not None:
        given: Path = arguments.registry
        return given
    found = nearest_registry()
    if found is None:
        raise HubError(
            f"there is no folder {REGISTRY}/servers/ in {Path.cwd()} or above",
            "go to a checkout of the registry, or name the folder with --registry DIR",
            ExitCode.REGISTRY,
        )
    return found


def nearest_registry() -> Path | None:
    """The folder `registry` here, or in the nearest folder above that has one."""
    here = Path.cwd()
    candidates = (folder / REGISTRY for folder in (here, *here.parents))
    return next((folder for folder in candidates if (folder / "servers").is_dir()), None)
