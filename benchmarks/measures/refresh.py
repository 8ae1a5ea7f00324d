"""What a launcher asks of a registry that it knows: requests and bytes, as a static host counts them."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hubs.samples import Measure, Section, Wanted
from hubs.scale import Run

from measures.search import RARE, forget_confirmation
from measures.signed import Asked, Signer, big_index, counting_host, search_command

MEASURES = (
    Measure("requests", "requests", "", better="less"),
    Measure("kilobytes", "bodies", "kB", better="less"),
    Measure("seconds", "the whole command takes", "s", better="less"),
)
FIRST, UNCHANGED, CHANGED, LATER = (
    "first download", "unchanged", "one server changed", "within ten minutes of the last",
)  # fmt: skip
REQUESTS = Wanted("requests for an unchanged registry", 2)
KILOBYTES = Wanted("kB for an unchanged registry", 1)


def refresh(run: Run) -> list[Section]:
    """Commands of a launcher, with the registry as it was and with a new index."""
    section = Section(
        f"What a launcher asks of a signed registry of {run.scale.listed:,} servers",
        "A static host that compresses nothing.", MEASURES, (UNCHANGED, CHANGED, LATER), (),
    )  # fmt: skip
    for _ in range(run.scale.rounds):
        with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as folder:
            _round(section, Path(folder), run.scale.listed)
    section.goals += [
        REQUESTS.got(section.value(UNCHANGED, "requests")),
        KILOBYTES.got(section.value(UNCHANGED, "kilobytes")),
    ]
    return [section]


def _round(section: Section, folder: Path, count: int) -> None:
    signer, index = Signer(folder), big_index(count)
    signer.publish(index)
    with counting_host(signer.site) as (place, asked):
        command = search_command(place, folder, RARE, "--root", str(signer.root))
        section.add(FIRST, **_counted(command, asked))
        section.add(LATER, **_counted(command, asked))
        forget_confirmation(folder)
        section.add(UNCHANGED, **_counted(command, asked))
        signer.publish(index.replace(b"MCP server 7.", b"MCP server seven."))
        forget_confirmation(folder)
        section.add(CHANGED, **_counted(command, asked))


def _counted(command: Callable[[], object], asked: Asked) -> dict[str, float]:
    asked.empty()
    start = time.perf_counter()
    command()
    return {"seconds": time.perf_counter() - start, "requests": asked.requests, "kilobytes": asked.sent / 1000}
