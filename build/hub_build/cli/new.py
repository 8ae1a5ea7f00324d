"""`hub-build new`: a first entry for a server, with comments on what was guessed."""

import argparse
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub_build.cli.folders import nearest_registry, registry_option
from hub_build.cli.questions import LOGIN, ask_source, asked
from hub_build.cli.report import as_text
from hub_build.scaffold import SOURCES, Draft, Request, commented, drafted
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.checks import run_checks
from hub_launch.judge.findings import Verdict, verdict_of
from hub_launch.judge.registry import Registry, extended, read_registry, shown
from hub_launch.programs import find_program

SUMMARY = "make a first entry for a server, from where it is published"
EXAMPLES: tuple[str, ...] = (
    "  hub-build new npm:@you/weather-mcp               registry/servers/weather.yaml, with comments on guesses",
    "  hub-build new pypi:weather-mcp -o draft.yaml     another file",
    "  hub-build new                                    asks, if you are on a terminal",
)

# git reads a small file.
_GIT_SECONDS = 5


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    examples = ", ".join(source.example for source in SOURCES.values())
    parser.add_argument("source", nargs="?", help=f"what to make an entry of: {examples}")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: servers/<id>.yaml of the registry")
    parser.add_argument("--no-input", action="store_true", help="ask nothing, also on a terminal")
    parser.add_argument("--no-start", action="store_true", help="do not start the server to see what it offers")
    registry_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ask upstream, draft, ask the user, write, check. Returns 1 if what was written fails the check."""
    interactive = sys.stdin.isatty() and sys.stderr.isatty() and not arguments.no_input
    source = arguments.source or (ask_source() if interactive else "")
    if not source:
        raise HubError("nothing was named to make an entry of", "hub-build new npm:@you/weather-mcp", ExitCode.USAGE)
    # Here, and not above: what starts servers takes a second to load, and no other command has a use for it.
    from hub_build.scaffold.start import tried

    folder = arguments.registry or nearest_registry()
    registry = read_registry(folder) if folder else Registry()
    request = Request(_today(), tried(start=not arguments.no_start), _login(), _taken(registry), folder)
    draft = _named(drafted(source, request), arguments.output)
    if arguments.output is None:
        _refuse_known(draft, registry)
    return _finish(asked(draft) if interactive else draft, folder, arguments.output)


def _finish(draft: Draft, folder: Path | None, output: Path | None) -> int:
    path = output or ((folder / "servers") if folder else Path()) / f"{draft.document['id']}.yaml"
    files = {_specs(folder) / name: data for name, data in draft.files.items()}
    new = {file: data for file, data in files.items() if not (file.is_file() and file.read_bytes() == data)}
    for file, data in {**new, path: commented(draft.document, draft.remarks)}.items():
        _write_new(file, data)
    registry = extended(read_registry(folder) if folder else Registry(), [path])
    findings = run_checks(registry, frozenset(map(shown, [*files, path])))
    print(as_text(findings, 1 + len(files)))
    print(f"{shown(path)}: written; look at its comments, then remove them")
    return ExitCode.FAILED if verdict_of(findings) is Verdict.FAIL else ExitCode.OK


def _named(draft: Draft, output: Path | None) -> Draft:
    """The file has the name of the id: who names the file names the server."""
    if output is not None:
        draft.settled("id", output.stem)
    return draft


def _refuse_known(draft: Draft, registry: Registry) -> None:
    """A package that is in the registry already gets no second entry."""
    wanted = _identifiers(draft.document)
    for source in registry.sources:
        if wanted & _identifiers(source.loaded.document):
            hint = f"change {source.loaded.file}, or name another file with -o"
            raise HubError(f"the registry has this server already, as {source.text('id')}", hint, ExitCode.USAGE)


def _identifiers(document: dict[str, Any]) -> set[tuple[str, str]]:
    packages = document.get("packages")
    known = packages if isinstance(packages, list) else []
    return {
        (str(package.get("registryType")), str(package.get("identifier")))
        for package in known
        if isinstance(package, dict)
    }


def _taken(registry: Registry) -> frozenset[str]:
    lists = registry.lists.lists
    return frozenset([*(source.text("id") for source in registry.sources), *lists.aliases, *lists.renamed])


def _specs(folder: Path | None) -> Path:
    if folder is None:
        hint = "go to a checkout of the registry, or give the description's address"
        raise HubError(
            "an OpenAPI file is published with the registry, and there is none here", hint, ExitCode.REGISTRY
        )
    return folder / "openapi"


def _write_new(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise HubError(f"{shown(path)} exists", "name another file with -o", ExitCode.USAGE) from None
    except OSError as error:
        raise HubError(f"{shown(path)} cannot be written: {error.strerror}", "name another with -o") from None


def _login() -> str:
    """The forge login in the user's git configuration (`github.user`, as hub and magit have it); empty without one."""
    git = find_program("git")
    if git is None:
        return ""
    try:
        found = subprocess.run(
            [git, "config", "--get", "github.user"], capture_output=True, text=True, timeout=_GIT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    login = found.stdout.strip()
    return login if LOGIN.fullmatch(login) else ""


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
