"""`hub-build site`: the registry as static files, if everything in it is in order."""

import argparse
import sys
from pathlib import Path

from hub_build.checks import run_checks
from hub_build.cli.folders import registry_folder, registry_option
from hub_build.cli.report import as_text
from hub_build.compile import TITLE, compile_registry
from hub_build.findings import Verdict, verdict_of
from hub_build.outputs import render
from hub_build.registry import read_registry, shown
from hub_build.write import Changes, compare, write_site
from hub_launch.errors import ExitCode, HubError

SUMMARY = "compile the registry into the static API that launchers, editors and scripts read"
EXAMPLES: tuple[str, ...] = (
    "  hub-build site                                   registry/ into site/ beside it",
    "  hub-build site --check                           is site/ what the registry says? writes nothing",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    registry_option(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="where to write (default: site/ beside it)")
    parser.add_argument("--title", default=TITLE, help="the registry's name for people (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the folder is not current")


def run(arguments: argparse.Namespace) -> int:
    """Check, compile, write. Returns 1, and writes nothing, if a finding fails."""
    folder = registry_folder(arguments)
    output = arguments.output or folder.absolute().parent / "site"
    registry = read_registry(folder)
    findings = run_checks(registry)
    if findings:
        print(as_text(findings, registry.files))
    if verdict_of(findings) is Verdict.FAIL:
        print("nothing was written", file=sys.stderr)
        return ExitCode.FAILED
    compiled = compile_registry(registry, arguments.title)
    if not compiled.documents:
        raise HubError(f"{shown(folder)} has no entries", "an empty site would remove every server", ExitCode.REGISTRY)
    files = render(compiled)
    if arguments.check:
        return _compare(output, files)
    changes = write_site(output, files)
    print(_told(output, len(compiled.documents), len(files), changes))
    return ExitCode.OK


def _compare(output: Path, files: dict[str, bytes]) -> int:
    changes = compare(output, files)
    if changes.current:
        print(f"{shown(output)} is current")
        return ExitCode.OK
    for word, paths in (("differs", changes.changed), ("stale", changes.stale)):
        for path in paths:
            print(f"{word}: {path}")
    print(f"{shown(output)} is not current; `hub-build site` writes it")
    return ExitCode.FAILED


def _told(output: Path, servers: int, files: int, changes: Changes) -> str:
    written, removed = len(changes.changed), len(changes.stale)
    number = "1 server" if servers == 1 else f"{servers} servers"
    return f"{shown(output)}: {number} in {files} files; {written} written, {removed} removed"
