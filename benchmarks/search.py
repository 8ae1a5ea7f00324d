"""How long a search takes in an index of 25,000 servers: as a document in a folder, and kept after a download.

Run: .venv/bin/python benchmarks/search.py [servers]. The index is that of this checkout's registry, its rows repeated.
Goal: a downloaded index is searched in 200 ms or less once it is kept. Ratios matter, not this machine's milliseconds.
"""

import argparse
import functools
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hub_build.compile import compile_registry
from hub_build.sign import keys
from hub_build.sign.ceremony import first_root
from hub_build.sign.roots import read_roots
from hub_build.sign.site import publication, published, write
from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.cli.search import DEFAULT_LIMIT
from hub_launch.index.contents import Listed, parse_index
from hub_launch.index.registries import BROWSE_SECONDS
from hub_launch.index.table import Stored, write_table
from hub_launch.judge.checks import run_checks
from hub_launch.judge.registry import read_registry

ROOT = Path(__file__).parents[1]
RUNS = 7
COMMON, RARE = ["server"], ["time", "zones", "1234"]


def big_index(count: int) -> bytes:
    """The checkout's index, its rows repeated under other ids."""
    registry = read_registry(ROOT / "registry")
    run_checks(registry)
    document = compile_registry(registry).index.model_dump(mode="json")
    few = document["servers"]
    rows = [_copy(few[number % len(few)], number) for number in range(count)]
    rows.sort(key=lambda row: row["id"])
    return canonical_json(document | {"count": count, "servers": rows, "lists": {}})


def _copy(row: dict[str, Any], number: int) -> dict[str, Any]:
    return row | {
        "id": f"{row['id'][:50]}-{number}",
        "name": f"{row['name']}-{number}",
        "description": f"{row['description'][:80]} MCP server {number}.",
        "sha256": sha256_hex(str(number).encode()),
    }


def measure(label: str, action: Callable[[], object]) -> None:
    """Print the median of some runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    print(f"{label:<58}{statistics.median(times) * 1000:8.1f} ms")


def search_command(place: str, folder: Path, words: Sequence[str], *options: str) -> Callable[[], object]:
    """A whole `hub-launch search`, with a cache of its own."""
    environ = os.environ | {"HUB_CACHE_DIR": str(folder / "cache"), "HUB_CONFIG_DIR": str(folder / "config")}
    command = [sys.executable, "-c", "from hub_launch.cli.main import entrypoint; entrypoint()"]
    command += ["search", *words, "--registry", place, *options]
    return lambda: subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main(count: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index = big_index(count)
        (folder / "site").mkdir()
        (folder / "site" / "index.json").write_bytes(index)
        print(f"{count} servers, {len(index):,} bytes, {os.cpu_count()} cores")
        in_process(index, folder)
        signing(index, folder)
        commands(folder)


def in_process(index: bytes, folder: Path) -> None:
    """Reading and searching alone."""
    parsed = parse_index(index, "here")
    measure("document: read and validate", lambda: parse_index(index, "here"))
    measure("document: search a rare word", lambda: Listed(parsed).search(RARE))
    path = folder / "table.sqlite"
    measure("table: write (once for each index that is downloaded)", lambda: write_table(path, parsed))
    measure("table: open, search a rare word", lambda: Stored(path).search(RARE))
    measure("table: open, search a word that all have", lambda: Stored(path).search(COMMON, DEFAULT_LIMIT))
    measure("table: open, find an id", lambda: Stored(path).find("time-9"))


def signing(index: bytes, folder: Path) -> None:
    """Signing and writing metadata."""
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    made = {one: keys.development(one) for one in keys.NAMES}
    (folder / "roots").mkdir()
    (folder / "roots" / "1.root.json").write_bytes(first_root(made, now, development=True))
    roots, signer = read_roots(folder / "roots", now), keys.signer(made["online"])
    turn = iter(range(RUNS))

    def publish() -> None:
        changed = index + b" " * next(turn)
        write(folder / "site", publication(changed, published(folder / "site"), roots, signer, now))

    measure("sign and publish metadata", publish)
    (folder / "site" / "index.json").write_bytes(index)
    write(folder / "site", publication(index, published(folder / "site"), roots, signer, now))


def commands(folder: Path) -> None:
    """Whole commands, the start of Python included."""
    handler = functools.partial(Quiet, directory=str(folder / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_port}"
        root = ("--root", str(folder / "roots" / "1.root.json"))
        start = [sys.executable, "-c", "import hub_launch.cli.search, hub_launch.index.kept"]
        measure("of a command: starting Python, imports", lambda: subprocess.run(start, check=True))
        measure("hub-launch search, document in a folder", search_command(str(folder / "site"), folder, RARE))
        search_command(place, folder, RARE, *root)()
        measure(
            f"hub-launch search, kept, confirmed within {BROWSE_SECONDS} s", search_command(place, folder, RARE, *root)
        )

        def asking() -> None:
            (state,) = (folder / "cache").rglob("state.json")
            state.write_bytes(canonical_json(json.loads(state.read_bytes()) | {"checked": 0}))
            search_command(place, folder, RARE, *root)()

        measure("hub-launch search, kept, asking the signed registry", asking)
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A static host that keeps no log."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("servers", nargs="?", type=int, default=25_000, help="how many (default: %(default)s)")
    main(parser.parse_args().servers)
