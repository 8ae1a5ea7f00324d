"""The outputs: what the site has besides pages, as files. Pure: relative path and bytes, nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from hub_build.compile import Compiled, Server
from hub_build.outputs import (
    ai_catalog,
    badges,
    entries,
    errors,
    feed,
    host_files,
    index,
    lists,
    llms,
    managed_settings,
    openapi,
    recorded,
    search,
    servers,
    sitemap,
    specs,
    v0,
)
from hub_build.outputs.output import Files, Output, rows_of
from hub_build.shadows import refuse_shadows
from hub_launch.errors import HubError

# To add an output: a file beside this one, and a line here.
OUTPUTS: dict[str, Output] = {
    "index": Output(row=index.row, whole=index.whole),
    "entries": Output(entries.of_server),
    "specs": Output(whole=specs.whole),
    # An envelope is two texts put around what is remembered of the entry.
    "v0": Output(v0.of_server, v0.row, quick=True, whole=v0.whole),
    "recorded": Output(recorded.of_server),
    "search": Output(row=search.row, whole=search.whole),
    "servers": Output(row=servers.row, whole=servers.whole),
    "lists": Output(whole=lists.whole),
    "feed": Output(whole=feed.whole),
    "badges": Output(badges.of_server),
    "managed_settings": Output(row=managed_settings.row, whole=managed_settings.whole),
    "ai_catalog": Output(row=ai_catalog.row, whole=ai_catalog.whole),
    "llms": Output(whole=llms.whole),
    "sitemap": Output(whole=sitemap.whole),
    "openapi": Output(fixed=openapi.fixed),
    "errors": Output(fixed=errors.fixed),
    "host_files": Output(fixed=host_files.fixed),
}


Rows = Mapping[str, Sequence[bytes]]
"""By output: the rows of its document about all servers, in the order of ids."""


def render(compiled: Compiled, rows: Rows | None = None) -> dict[str, bytes]:
    """Every file of the static API by its path relative to the site, sorted. rows: where they are known.

    Raises HubError if two outputs claim one path, or one claims as a folder what another does as a file.
    """
    wholes = whole_files(compiled, rows or all_rows(compiled))
    made = [*(own_files(server) for server in compiled.servers), wholes, fixed_files(compiled)]
    refuse_shadows([path for files in made for path in files])
    return dict(sorted(chain.from_iterable(files.items() for files in made)))


def own_files(server: Server) -> dict[str, bytes]:
    """The files that `server` has to itself."""
    return _collected((name, output.of_server(server)) for name, output in OUTPUTS.items() if output.of_server)


def whole_files(compiled: Compiled, rows: Rows) -> dict[str, bytes]:
    """The files about all servers."""
    outputs = OUTPUTS.items()
    return _collected((name, output.whole(compiled, rows.get(name, ()))) for name, output in outputs if output.whole)


def fixed_files(compiled: Compiled) -> dict[str, bytes]:
    """The files that say the same of all servers."""
    return _collected((name, output.fixed(compiled)) for name, output in OUTPUTS.items() if output.fixed)


def all_rows(compiled: Compiled) -> Rows:
    """The rows of all servers."""
    servers = tuple(compiled.servers)
    return {name: rows_of(output, servers) for name, output in OUTPUTS.items() if output.row}


def _collected(made: Iterable[tuple[str, Files]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, output in made:
        for path, data in output:
            if path in files:
                raise HubError(f"two files of the site are called {path}; the second is of the output {name}")
            files[path] = data
    return files
