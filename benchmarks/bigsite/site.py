"""The part of a site that a browser needs for the catalog: its pages, its data, and the pages of some servers.

All of 10,000 servers' pages and documents take a quarter of a minute, and nobody opens most of them.
"""

from collections.abc import Collection
from pathlib import Path

from hub_build.compile import Compiled
from hub_build.outputs import search
from hub_build.pages.draw import make_frame
from hub_build.pages.parts import page_parts
from hub_build.pages.prose import SHELL, build_prose
from hub_build.pages.shell import Shell
from hub_build.pages.source import find_source

OF_SERVER = "page:"


def write_bigsite(folder: Path, compiled: Compiled, memory: Path, shown: Collection[str]) -> None:
    """Write it. memory: where the built prose is kept. shown: ids of the servers that have a page."""
    source = find_source()
    prose = build_prose(source, memory)
    frame = make_frame(Shell(prose[SHELL]), source.templates, compiled.title)
    for part in page_parts(compiled, frame, prose, lambda name, digest: None):
        name = part.name.removeprefix(OF_SERVER)
        if name == part.name or name in shown:
            _write(folder, dict(part.files()))
    _write(folder, dict(search.whole(compiled, [row for row in map(search.row, compiled.servers) if row])))
    # What tells `hub-build serve` that a folder is a site.
    _write(folder, {"index.json": b"{}"})


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
