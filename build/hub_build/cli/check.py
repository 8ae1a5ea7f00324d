"""`hub-build check`: what is wrong with entries, all of it at once."""

import argparse
from pathlib import Path

from hub_build.bulk import bulk_reader, default_memory
from hub_build.checks import run_checks
from hub_build.cli.folders import nearest_registry, registry_folder, registry_option
from hub_build.cli.report import FORMATS
from hub_build.findings import Verdict, verdict_of
from hub_build.registry import Registry, extended, read_registry, shown
from hub_launch.errors import ExitCode, HubError

SUMMARY = "check entries and report every finding with file, line and what to do"
EXAMPLES: tuple[str, ...] = (
    "  hub-build check                                  the whole registry",
    "  hub-build check registry/servers/weather.yaml    one entry, against the rest of the registry",
    "  hub-build check --format github                  as annotations of a pull request",
)

EXTENSIONS = (".yaml", ".yml")


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="*", type=Path, help="entry files, or folders of them (default: all entries)")
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are printed (default: text)")
    parser.add_argument(
        "--no-cache", action="store_true", help="judge every entry anew, also those that did not change"
    )
    registry_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check and report. Returns 1 if anything fails."""
    paths = [path for given in arguments.paths for path in _files(given)]
    folder = _folder(arguments)
    read = bulk_reader(None if arguments.no_cache else default_memory())
    registry = read_registry(folder, read) if folder else Registry()
    only = frozenset(map(shown, paths)) if arguments.paths else None
    findings = run_checks(extended(registry, [path for path in paths if not _is_spec(path, folder)]), only)
    print(FORMATS[arguments.format](findings, registry.files if only is None else len(only)))
    return ExitCode.FAILED if verdict_of(findings) is Verdict.FAIL else ExitCode.OK


def _folder(arguments: argparse.Namespace) -> Path | None:
    # A draft may be checked where there is no registry; it is then compared with nothing.
    if arguments.paths and arguments.registry is None:
        return nearest_registry()
    return registry_folder(arguments)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        folder = path / "servers" if (path / "servers").is_dir() else path
        return sorted(one for one in folder.rglob("*") if one.suffix.lower() in EXTENSIONS)
    if not path.exists() and not path.is_symlink():
        hint = "entries are registry/servers/<id>.yaml"
        raise HubError(f"there is no file {path}", hint, ExitCode.USAGE)
    return [path]


def _is_spec(path: Path, folder: Path | None) -> bool:
    return folder is not None and path.resolve().parent == (folder / "openapi").resolve()
