"""`hub-build schema`: the contract as JSON Schema, and as a page for people."""

import argparse
from pathlib import Path

from hub_build import config_page, reference
from hub_build.cli.folders import registry_folder
from hub_build.schema import schema_files
from hub_launch.errors import ExitCode
from hub_launch.judge.registry import shown

SUMMARY = "write what is generated from the models: JSON Schemas, and the pages about the entry and hub.yaml"
EXAMPLES: tuple[str, ...] = (
    "  hub-build schema                                 write schema/*.json and two pages of prose",
    "  hub-build schema --check                         are they what the models say? writes nothing",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="where to write (default: schema/ beside registry/)"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is not current")
    parser.set_defaults(registry=None)


def run(arguments: argparse.Namespace) -> int:
    """Write, or compare. Returns 1 if a comparison finds a difference."""
    files = _schemas(arguments.output) if arguments.output else _of_the_repository(registry_folder(arguments).parent)
    stale = [path for path, data in files.items() if not _is(path, data)]
    if arguments.check:
        for path in stale:
            print(f"differs: {shown(path)}; `hub-build schema` writes it")
        return ExitCode.FAILED if stale else ExitCode.OK
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[path])
    for folder in sorted({path.parent for path in files}):
        written = sum(path.parent == folder for path in stale)
        number = sum(path.parent == folder for path in files)
        print(f"{shown(folder)}: {number} {'file' if number == 1 else 'files'}, {written} written")
    return ExitCode.OK


def _of_the_repository(root: Path) -> dict[Path, bytes]:
    """The schemas, and the pages about entry and configuration where there is a place for prose."""
    prose = root / "site_src" / "docs"
    pages = {prose / reference.PAGE: reference.page(), prose / config_page.PAGE: config_page.page()}
    return _schemas(root / "schema") | (pages if prose.is_dir() else {})


def _schemas(folder: Path) -> dict[Path, bytes]:
    return {folder / name: data for name, data in schema_files().items()}


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data
