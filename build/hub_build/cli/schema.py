"""`hub-build schema`: the contract as JSON Schema."""

import argparse
from pathlib import Path

from hub_build.cli.folders import registry_folder
from hub_build.registry import shown
from hub_build.schema import schema_files
from hub_launch.errors import ExitCode

SUMMARY = "write the JSON Schemas of entry, index and server object from the models"
EXAMPLES: tuple[str, ...] = (
    "  hub-build schema                                 write schema/*.json",
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
    output = arguments.output or registry_folder(arguments).parent / "schema"
    files = schema_files()
    stale = [name for name, data in files.items() if not _is(output / name, data)]
    if arguments.check:
        for name in stale:
            print(f"differs: {shown(output / name)}; `hub-build schema` writes it")
        return ExitCode.FAILED if stale else ExitCode.OK
    output.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (output / name).write_bytes(files[name])
    print(f"{shown(output)}: {len(files)} schemas, {len(stale)} written")
    return ExitCode.OK


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data
