"""`hub-build site`: the registry as static files, if everything in it is in order."""

import argparse
import contextlib
import re
import sys
from dataclasses import replace
from pathlib import Path

from hub_build.assemble import assemble
from hub_build.bulk import bulk_reader, default_memory
from hub_build.cache import cache_folder
from hub_build.cli.folders import registry_folder, registry_option
from hub_build.cli.report import as_text
from hub_build.collector import without_collector
from hub_build.compile import TITLE, Compiled, compile_registry
from hub_build.compress import with_copies
from hub_build.shrink import refuse_shrinking
from hub_build.write import Changes, Part, Stamps, compare, default_stamps, write_site
from hub_launch.errors import ExitCode, HubError
from hub_launch.judge.checks import run_checks
from hub_launch.judge.findings import Verdict, quoted, verdict_of
from hub_launch.judge.registry import Registry, read_registry, shown

SUMMARY = "compile the registry into the static API that launchers, editors and scripts read, and into pages for people"
EXAMPLES: tuple[str, ...] = (
    "  hub-build site                                   registry/ into site/ beside it",
    "  hub-build site --pages                           with the pages that people read",
    "  hub-build site --check                           is site/ what the registry says? writes nothing",
    "  hub-build site --base-url https://example.com/ --compress",
    "                                                   as it is published",
)

_BASE_URL = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    registry_option(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="where to write (default: site/ beside it)")
    parser.add_argument("--title", default=TITLE, help="the registry's name for people (default: %(default)s)")
    parser.add_argument(
        "--base-url", default="", metavar="URL", help="where the site will be; without it there is no sitemap"
    )
    parser.add_argument(
        "--pages", action="store_true", help="with the pages for people, and the prose (needs mkdocs-material)"
    )
    parser.add_argument("--compress", action="store_true", help="put .gz, .br and .zst copies beside large files")
    parser.add_argument(
        "--allow-shrink", action="store_true", help="publish even if many servers are gone since the last time"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the folder is not current")


def run(arguments: argparse.Namespace) -> int:
    """Check, compile, write. Returns 1, and writes nothing, if a finding fails."""
    with without_collector():
        return _site(arguments)


def _site(arguments: argparse.Namespace) -> int:
    folder = registry_folder(arguments)
    output = arguments.output or folder.absolute().parent / "site"
    # First, since another process looks at the site while this one reads the registry.
    with contextlib.closing(default_stamps(output)) as stamps:
        registry = read_registry(folder, bulk_reader(default_memory()))
        findings = run_checks(registry)
        if findings:
            print(as_text(findings, registry.files))
        if verdict_of(findings) is Verdict.FAIL:
            print("nothing was written", file=sys.stderr)
            return ExitCode.FAILED
        compiled = _compiled(registry, folder, arguments)
        # Of a hundred thousand entries the checks compared three hundred megabytes that nobody needs any more.
        del registry, findings
        parts = _parts(compiled, folder, stamps, arguments)
        if arguments.check:
            return _compare(output, parts, stamps)
        if not arguments.allow_shrink:
            refuse_shrinking(output, [one.id for one in compiled.documents])
        changes = write_site(output, parts, stamps)
    print(_told(output, len(compiled.documents), changes))
    return ExitCode.OK


def _parts(compiled: Compiled, folder: Path, stamps: Stamps, arguments: argparse.Namespace) -> list[Part]:
    finish = with_copies if arguments.compress else dict
    parts = assemble(compiled, stamps.notes, finish)
    if arguments.pages:
        # Here, so that data alone needs nothing of what draws pages.
        from hub_build.pages.site import site_pages

        parts += site_pages(compiled, folder.absolute().parent, cache_folder(), stamps.notes, finish)
    return parts


def _compiled(registry: Registry, folder: Path, arguments: argparse.Namespace) -> Compiled:
    compiled = replace(
        compile_registry(registry, arguments.title), base_url=_base_url(arguments.base_url), pages=arguments.pages
    )
    if not compiled.documents:
        raise HubError(f"{shown(folder)} has no entries", "an empty site would remove every server", ExitCode.REGISTRY)
    return compiled


def _base_url(text: str) -> str:
    """`text` with a slash at its end, so that paths can be put behind it; empty if there is none."""
    if text and not _BASE_URL.fullmatch(text):
        hint = "write it as https://example.com/ or https://example.com/registry/"
        raise HubError(f"--base-url {quoted(text)} is not the address of a site", hint, ExitCode.USAGE)
    return text if not text or text.endswith("/") else f"{text}/"


def _compare(output: Path, parts: list[Part], stamps: Stamps) -> int:
    changes = compare(output, parts, stamps)
    if changes.current:
        print(f"{shown(output)} is current")
        return ExitCode.OK
    for word, paths in (("differs", changes.changed), ("stale", changes.stale)):
        for path in paths:
            print(f"{word}: {path}")
    print(f"{shown(output)} is not current; `hub-build site` writes it")
    return ExitCode.FAILED


def _told(output: Path, servers: int, changes: Changes) -> str:
    written, removed = len(changes.changed), len(changes.stale)
    number = "1 server" if servers == 1 else f"{servers} servers"
    return f"{shown(output)}: {number} in {changes.files} files; {written} written, {removed} removed"
