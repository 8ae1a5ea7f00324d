"""The part of a site that a browser needs for the catalog: its pages, its data, and the pages of some servers.

All of 10,000 servers' pages and documents take a quarter of a minute, and nobody opens most of them.
"""

from collections.abc import Callable
from pathlib import Path

from hub_build.compile import Compiled
from hub_build.outputs import own_files, search
from hub_build.pages.site import site_pages

OF_SERVER = "page:"


def write_bigsite(folder: Path, compiled: Compiled, memory: Path, shown: Callable[[str], bool]) -> None:
    """Write it. memory: where the built prose is kept. shown: by its id, whether a server has a page."""
    for part in site_pages(compiled, Path(__file__).parents[2], memory, lambda name, digest: None):
        name = part.name.removeprefix(OF_SERVER)
        if name == part.name or shown(name):
            _write(folder, dict(part.files()))
    for server in compiled.servers:
        if shown(server.document.id):
            _write(folder, own_files(server))
    _write(folder, dict(search.whole(compiled, [row for row in map(search.row, compiled.servers) if row])))
    # What tells `hub-build serve` that a folder is a site.
    _write(folder, {"index.json": b"{}"})


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
