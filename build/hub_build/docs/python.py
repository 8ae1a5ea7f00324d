"""The page about the Python packages: what is meant to be used or extended, from signatures and docstrings."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import griffe

from hub_build.docs.described import described, said

ROOT = Path(__file__).parents[3]


INTRODUCTION = """\
# Python

<!-- Written by `make schema` from docstrings in launcher/hub_launch/ and build/hub_build/. -->

What programs may import, and what extensions are made of. Everything else is ours to change. `hub_launch` comes with
`pip install mcp-hub-launch`; `hub_build` is used from a checkout. [Extending it](extending.md) says which to use when.

| module | what for |
|---|---|
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A module on the page. names: those of it that are shown; empty for what its `__all__` says."""

    module: str
    about: str
    names: tuple[str, ...] = ()


# To add a module: a line here.
PARTS = (
    Part("hub_launch.embedding", "a hub in your program, see [how](embedding.md)", ("Hub", "ToolResult", "ToolError")),
    Part("hub_launch.errors", "the one error for users, and exit codes", ("HubError", "ExitCode")),
    Part(
        "hub_launch.catalog",
        "the contract: entries, the index, recorded tools",
        (
            "Entry",
            "Index",
            "IndexRow",
            "Lists",
            "Recorded",
            "from_server",
            "to_server",
            "kinds_of",
            "canonical_json",
            "tools_digest",
        ),
    ),
    Part("hub_launch.plan", "loaders: from an entry to what would be started"),
    Part("hub_launch.config.loading", "`hub.yaml`, read and judged", ("find_file", "load", "Configuration")),
    Part("hub_launch.judge.checks", "checks of entries", ("Check", "run_checks")),
    Part("hub_launch.judge.findings", "what checks say", ("Finding", "Verdict")),
    Part("hub_launch.clients.client", "clients: editors and assistants", ("Client", "Home", "command")),
    Part("hub_build.outputs.output", "outputs: files of the static site", ("Output", "rows_of", "json_with")),
    Part("hub_build.pages.page", "pages of the site", ("Page", "View", "Around")),
    Part("hub_build.convert", "converters: other registries' forms", ("Format", "Imported", "Note", "Defaults")),
)


def page() -> str:
    """The page in Markdown."""
    rows = [f"| [`{part.module}`](#{_anchor(part.module)}) | {part.about} |" for part in PARTS]
    sections = [line for part in PARTS for line in _section(part)]
    return "\n".join([INTRODUCTION + "\n".join(rows), "", *sections]).rstrip() + "\n"


def _anchor(module: str) -> str:
    # As Markdown's `toc` makes them of headings.
    return module.replace(".", "")


def module_of(name: str) -> griffe.Module:
    """A module as it was read; nothing of it is run."""
    found: griffe.Module = _loader().modules_collection[name]
    return found


@functools.cache
def _loader() -> griffe.GriffeLoader:
    loader = griffe.GriffeLoader(search_paths=[ROOT / "launcher", ROOT / "build"])
    for package in ("hub_launch", "hub_build"):
        loader.load(package)
    loader.resolve_aliases()
    return loader


def _section(part: Part) -> Iterator[str]:
    module = module_of(part.module)
    yield f"## {part.module}\n"
    yield from said(module)
    for name in part.names or sorted(str(one).strip("'\"") for one in module.exports or ()):
        yield from described(name, module[name])
