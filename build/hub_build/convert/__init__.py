"""Other registries' forms of a server, read and written. A form is one file, and a line here.

Reading never drops anything in silence: what an entry cannot hold is a note. Facts that a source does not have
(licence, maintainers, day, hashes) are never invented: they are notes too, or a person gives them as `Defaults`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hub_build.convert import docker, mcp_json, mcpm, official, seed, toolhive
from hub_build.convert.finish import finished
from hub_build.convert.imported import Defaults, Imported, Kind, Note
from hub_build.convert.names import Ids
from hub_launch.catalog import Entry

__all__ = ["FORMATS", "Defaults", "Format", "Ids", "Imported", "Kind", "Note", "detected", "imported"]


@dataclass(frozen=True, slots=True)
class Format:
    """A form of servers.

    detect: whether a document is in this form. read: its servers, with all that the source says and nothing else.
    write: entries in this form, and notes about what it has no place for. single: it holds one server.
    yaml: it is written as YAML, not as JSON.
    """

    what: str
    detect: Callable[[dict[str, Any]], bool]
    read: Callable[[dict[str, Any]], Iterable[Imported]]
    write: Callable[[Sequence[Entry]], tuple[dict[str, Any], list[Note]]]
    single: bool = False
    yaml: bool = False


# In the order of detection: the forms that cannot be mistaken come first.
FORMATS: dict[str, Format] = {
    "list": Format("the official API's list", official.detect_list, official.read_list, official.write_list),
    "server.json": Format(
        "an official server.json", official.detect_one, official.read_one, official.write_one, single=True
    ),
    "docker": Format("Docker's server.yaml", docker.detect, docker.read, docker.write, single=True, yaml=True),
    "toolhive": Format("ToolHive's registry JSON", toolhive.detect, toolhive.read, toolhive.write),
    "mcpm": Format("mcpm's server JSON", mcpm.detect, mcpm.read, mcpm.write),
    "mcp.json": Format("an editor's mcp.json", mcp_json.detect, mcp_json.read, mcp_json.write),
    "seed": Format("a servers.yaml", seed.detect, seed.read, seed.write, yaml=True),
}


def detected(document: dict[str, Any]) -> str:
    """The name of the form of `document`; empty if it has none of them."""
    return next((name for name, form in FORMATS.items() if form.detect(document)), "")


def imported(document: dict[str, Any], form: str, defaults: Defaults, ids: Ids) -> Iterator[Imported]:
    """The servers of `document`, which is in the form of that name, as entries with notes. Raises nothing for content.

    ids: shared by all documents of a run, so that no two servers get the same id.
    """
    return finished(FORMATS[form].read(document), defaults, ids)
