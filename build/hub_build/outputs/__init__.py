"""The outputs: what the site has besides pages, as files. Pure: relative path and bytes, nothing is written here."""

from hub_build.compile import Compiled
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
    sitemap,
    specs,
    v0,
)
from hub_build.outputs.output import Output
from hub_launch.errors import ExitCode, HubError

# To add an output: a file beside this one, and a line here.
OUTPUTS: dict[str, Output] = {
    "index": Output(row=index.row, whole=index.whole),
    "entries": Output(entries.of_server),
    "specs": Output(whole=specs.whole),
    # An envelope is two texts put around what is remembered of the entry.
    "v0": Output(v0.of_server, v0.row, quick=True, whole=v0.whole),
    "recorded": Output(recorded.of_server),
    "search": Output(row=search.row, whole=search.whole),
    "lists": Output(whole=lists.whole),
    "feed": Output(whole=feed.whole),
    "badges": Output(badges.of_server),
    "managed_settings": Output(row=managed_settings.row, whole=managed_settings.whole),
    "ai_catalog": Output(row=ai_catalog.row, whole=ai_catalog.whole),
    "llms": Output(whole=llms.whole),
    "sitemap": Output(whole=sitemap.whole),
    "openapi": Output(whole=openapi.whole),
    "errors": Output(whole=errors.whole),
    "host_files": Output(whole=host_files.whole),
}


def render(compiled: Compiled) -> dict[str, bytes]:
    """Every file of the static API by its path relative to the site, sorted.

    Raises HubError if two outputs claim one path, or one claims as a folder what another does as a file.
    """
    files: dict[str, bytes] = {}
    for name, output in OUTPUTS.items():
        for path, data in output(compiled):
            if path in files:
                raise HubError(f"two files of the site are called {path}; the second is of the output {name}")
            files[path] = data
    _refuse_shadows(files)
    return dict(sorted(files.items()))


def _refuse_shadows(files: dict[str, bytes]) -> None:
    """Compared without case: the site may be copied to a disk that knows none."""
    lower = {path.lower(): path for path in files}
    if len(lower) < len(files):
        twins = sorted(set(files) - set(lower.values()))
        raise HubError(f"{twins[0]} and another file of the site differ by case alone", code=ExitCode.INTERNAL)
    folders: set[str] = set()
    for path in lower:
        # What is above a folder that was seen was seen with it.
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders.add(path)
    if shadowed := sorted(folders & lower.keys()):
        raise HubError(f"{shadowed[0]} would be a file and a folder of the site", code=ExitCode.INTERNAL)
