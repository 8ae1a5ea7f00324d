"""How long a search takes in a large index: as a document in a folder, and kept after a download; and signing it."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hubs.samples import Measure, Section, Wanted
from hubs.scale import Run

from hub_launch.catalog import canonical_json
from hub_launch.cli.search import DEFAULT_LIMIT
from hub_launch.index.contents import Listed, parse_index
from hub_launch.index.registries import BROWSE_SECONDS
from hub_launch.index.table import Stored, write_table
from measures.signed import Signer, big_index, counting_host, search_command

COMMON, RARE = ["server"], ["time", "zones", "1234"]
MILLISECONDS = (Measure("ms", "takes", "ms", better="less"),)

READ, SEARCHED = "document: read and validate", "document: read, search a rare word"
WRITTEN = "table: write, once for each index that is downloaded"
KEPT, KEPT_COMMON, KEPT_ID = (
    "table: open, search a rare word", "table: open, search a word that all have", "table: open, find an id",
)  # fmt: skip
SIGNED = "sign and publish metadata"
IMPORTS = "of a command: starting Python, imports"
IN_FOLDER = "hub-launch search, document in a folder"
CONFIRMED = f"hub-launch search, kept, confirmed within {BROWSE_SECONDS} s"
ASKING = "hub-launch search, kept, asking the signed registry"

SEARCH = Wanted("a kept index of 25,000 is searched in, milliseconds", 200)
SIGNING = Wanted("metadata of 25,000 is signed and published in, milliseconds", 500)


def search(run: Run) -> list[Section]:
    """Inside the process, and as whole commands, the start of Python included."""
    count = run.scale.listed
    with tempfile.TemporaryDirectory(prefix="hub-benchmark-") as name:
        folder = Path(name)
        index, signer = big_index(count), Signer(folder)
        inside, signing = _inside(index, count, folder, run), _signing(index, count, signer, run)
        commands = _commands(count, folder, signer, run)
    return [inside, commands, signing]


def _inside(index: bytes, count: int, folder: Path, run: Run) -> Section:
    parsed = parse_index(index, "here")
    path = folder / "table.sqlite"
    section = Section(
        f"Searching an index of {count:,} servers", f"{len(index):,} bytes; reading and searching alone.",
        MILLISECONDS, (KEPT, KEPT_COMMON, KEPT_ID), (),
        beside=dict.fromkeys((KEPT, KEPT_COMMON, KEPT_ID), (SEARCHED,)),
    )  # fmt: skip
    actions: dict[str, Callable[[], object]] = {
        READ: lambda: parse_index(index, "here"),
        SEARCHED: lambda: Listed(parse_index(index, "here")).search(RARE),
        WRITTEN: lambda: write_table(path, parsed),
        KEPT: lambda: Stored(path).search(RARE),
        KEPT_COMMON: lambda: Stored(path).search(COMMON, DEFAULT_LIMIT),
        KEPT_ID: lambda: Stored(path).find("time-9"),
    }
    _in_turns(section, actions, run)
    _want(section, SEARCH, KEPT, count)
    return section


def _commands(count: int, folder: Path, signer: Signer, run: Run) -> Section:
    section = Section(
        f"`hub-launch search` among {count:,} servers", "Whole commands, the start of Python included.",
        MILLISECONDS, (IN_FOLDER, CONFIRMED, ASKING), (), beside=dict.fromkeys((CONFIRMED, ASKING), (IMPORTS,)),
    )  # fmt: skip
    start = [sys.executable, "-c", "import hub_launch.cli.search, hub_launch.index.kept"]
    with counting_host(signer.site) as (place, _):
        kept = search_command(place, folder, RARE, "--root", str(signer.root))
        kept()
        actions: dict[str, Callable[[], object]] = {
            IMPORTS: lambda: subprocess.run(start, check=True),
            IN_FOLDER: search_command(str(signer.site), folder, RARE),
            CONFIRMED: kept,
            ASKING: lambda: (forget_confirmation(folder), kept()),
        }
        _in_turns(section, actions, run)
    return section


def forget_confirmation(folder: Path) -> None:
    """The next command asks the registry whether what is kept is still the current index."""
    (state,) = (folder / "cache").rglob("state.json")
    state.write_bytes(canonical_json(json.loads(state.read_bytes()) | {"checked": 0}))


def _signing(index: bytes, count: int, signer: Signer, run: Run) -> Section:
    section = Section(f"Signing an index of {count:,} servers", "Each time a changed one.", MILLISECONDS, (SIGNED,), ())
    for number in range(run.scale.rounds):
        section.add(SIGNED, ms=_milliseconds(lambda changed=index + b" " * number: signer.publish(changed)))
    _want(section, SIGNING, SIGNED, count)
    return section


def _in_turns(section: Section, actions: dict[str, Callable[[], object]], run: Run) -> None:
    for _ in range(run.scale.rounds):
        for row, action in actions.items():
            section.add(row, ms=_milliseconds(action))


def _milliseconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def _want(section: Section, wanted: Wanted, row: str, count: int) -> None:
    if count == 25_000:
        section.goals.append(wanted.got(section.value(row, "ms")))
