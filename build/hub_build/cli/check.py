"""`hub-build check`: what is wrong with entries, all of it at once."""

import argparse
import contextlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from hub_build.bulk import bulk_reader, default_memory
from hub_build.changes import Branch, check_changes, read_branch
from hub_build.cli.folders import nearest_registry, registry_folder, registry_option
from hub_build.cli.report import FORMATS, as_markdown
from hub_build.collector import without_collector
from hub_build.verdicts import Report, judge
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.checks import run_checks
from hub_launch.judge.findings import Finding, Verdict, in_order
from hub_launch.judge.registry import Registry, extended, read_registry, shown
from hub_launch.parsing import did_you_mean

SUMMARY = "check entries and report every finding with file, line and what to do"
EXAMPLES: tuple[str, ...] = (
    "  hub-build check                                  the whole registry",
    "  hub-build check registry/servers/weather.yaml    one entry, against the rest of the registry",
    "  hub-build check --changed --base origin/main     what this branch changes, and whether it may",
    "  hub-build check --changed --online               and whether packages and addresses are what they say",
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
    branch = parser.add_argument_group("branches")
    branch.add_argument("--changed", action="store_true", help="only what differs from the base, and whether it may")
    branch.add_argument("--base", metavar="REF", help="what to compare with (default: origin/main or main)")
    branch.add_argument("--author", default="", metavar="LOGIN", help="who proposes the change, on GitHub")
    online = parser.add_argument_group("network")
    online.add_argument("--online", action="store_true", help="also ask package registries and remotes")
    online.add_argument("--record", action="store_true", help="with --online: write proofs of ownership to proofs/")
    files = parser.add_argument_group("files, besides what is printed")
    files.add_argument("--summary", type=Path, metavar="FILE", help="append a Markdown summary to FILE")
    files.add_argument("--link", default="", metavar="URL", help="address of the checkout's files, for the summary")
    files.add_argument("--labels", type=Path, metavar="FILE", help="write the labels of a pull request, one a line")
    registry_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check and report. Returns 1 if anything fails."""
    _refuse_nonsense(arguments)
    # Whoever asks the network waits for it, and leaves circles behind.
    with contextlib.nullcontext() if arguments.online else without_collector():
        return _report(arguments)


def _report(arguments: argparse.Namespace) -> int:
    report = _branch_report(arguments) if arguments.changed else _files_report(arguments)
    print(FORMATS[arguments.format](report))
    if arguments.changed and not report.files:
        print("note: nothing of the registry differs from the base; --base names another", file=sys.stderr)
    if arguments.summary:
        with arguments.summary.open("a", encoding="utf-8") as file:
            file.write(as_markdown(report, arguments.link))
    if arguments.labels:
        arguments.labels.write_text("".join(f"{label}\n" for label in report.labels), encoding="utf-8")
    return ExitCode.FAILED if report.verdict is Verdict.FAIL else ExitCode.OK


def _refuse_nonsense(arguments: argparse.Namespace) -> None:
    if arguments.changed and arguments.paths:
        raise HubError("--changed finds the files itself", "leave out the paths", ExitCode.USAGE)
    if (arguments.base or arguments.author) and not arguments.changed:
        raise HubError("--base and --author are about what a branch changes", "add --changed", ExitCode.USAGE)
    if arguments.record and not arguments.online:
        raise HubError("--record writes what --online found", "add --online", ExitCode.USAGE)


def _files_report(arguments: argparse.Namespace) -> Report:
    paths = [path for given in arguments.paths for path in _files(given)]
    folder = _folder(arguments)
    registry = _read(folder, arguments) if folder else Registry()
    only = frozenset(map(shown, paths)) if arguments.paths else None
    whole = extended(registry, [path for path in paths if not _is_spec(path, folder)])
    findings = run_checks(whole, only)
    findings = _with_online(arguments, folder, whole, findings, only)
    return judge(whole, findings, registry.files if only is None else len(only), only, None)


def _branch_report(arguments: argparse.Namespace) -> Report:
    folder = registry_folder(arguments)
    registry = _read(folder, arguments)
    branch = read_branch(folder, registry, arguments.base, arguments.author, _today())
    only = _concerned(branch)
    findings = in_order([*run_checks(registry, only), *check_changes(branch)])
    findings = _with_online(arguments, folder, registry, findings, only)
    return judge(registry, findings, len(branch.changes), only, branch)


def _read(folder: Path, arguments: argparse.Namespace) -> Registry:
    return read_registry(folder, bulk_reader(None if arguments.no_cache else default_memory()))


def _concerned(branch: Branch) -> frozenset[str]:
    """The files whose findings matter: those that changed, the entries they belong to, and the lists."""
    files = {change.file for change in branch.changes} | {entry.file for entry in branch.entries}
    lists = branch.registry.lists.loaded
    return frozenset(files | ({lists.file} if lists else set()))


def _with_online(
    arguments: argparse.Namespace,
    folder: Path | None,
    registry: Registry,
    findings: list[Finding],
    only: frozenset[str] | None,
) -> list[Finding]:
    if not arguments.online:
        return findings
    # Here and not above: it brings an MCP client, which takes a second to load.
    from hub_build.online import ask_online

    return ask_online(registry, findings, only, _today(), folder if arguments.record else None)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


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
        there = path.parent.iterdir() if path.parent.is_dir() else ()
        hint = f"{did_you_mean(path.name, (one.name for one in there))}entries are registry/servers/<id>.yaml"
        raise HubError(f"there is no file {path}", hint, ExitCode.USAGE)
    return [path]


def _is_spec(path: Path, folder: Path | None) -> bool:
    return folder is not None and path.resolve().parent == (folder / "openapi").resolve()
