"""A signed registry of any size on a static host that counts what it is asked for."""

import functools
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub_build.compile import compile_registry
from hub_build.sign import keys
from hub_build.sign.ceremony import first_root
from hub_build.sign.roots import read_roots
from hub_build.sign.site import publication, published, write
from hub_launch.catalog import canonical_json, sha256_hex
from hub_launch.errors import ExitCode
from hub_launch.judge.checks import run_checks
from hub_launch.judge.registry import read_registry

ROOT = Path(__file__).parents[2]


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


class Signer:
    """Publishes indexes as a site in a folder, with keys made for the hour."""

    def __init__(self, folder: Path) -> None:
        self.site = folder / "site"
        self.root = folder / "roots" / "1.root.json"
        self._now = datetime.now(UTC)
        made = {one: keys.development(one) for one in keys.NAMES}
        self.root.parent.mkdir()
        self.site.mkdir()
        self.root.write_bytes(first_root(made, self._now, development=True))
        self._roots, self._signer = read_roots(self.root.parent, self._now), keys.signer(made["online"])

    def publish(self, index: bytes) -> None:
        """Make `index` the current one, unless it is."""
        (self.site / "index.json").write_bytes(index)
        write(self.site, publication(index, published(self.site), self._roots, self._signer, self._now))


def search_command(place: str, folder: Path, words: Sequence[str], *options: str) -> Callable[[], object]:
    """A whole `hub-launch search`, with a cache of its own; it may find nothing."""
    environ = os.environ | {"HUB_CACHE_DIR": str(folder / "cache"), "HUB_CONFIG_DIR": str(folder / "config")}
    command = [sys.executable, "-c", "from hub_launch.cli.main import entrypoint; entrypoint()"]
    command += ["search", *words, "--registry", place, *options]

    def search() -> None:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        if done.returncode > ExitCode.FAILED:
            raise RuntimeError(done.stderr)

    return search


@dataclass(slots=True)
class Asked:
    """What a host was asked for since it was last emptied."""

    requests: int = 0
    sent: int = 0
    """Bytes of bodies."""
    paths: list[str] = field(default_factory=list)

    def empty(self) -> None:
        """Count from nothing."""
        self.requests, self.sent = 0, 0
        self.paths.clear()


@contextmanager
def counting_host(folder: Path) -> Iterator[tuple[str, Asked]]:
    """A static host of the folder, on loopback: its address, and what it was asked for."""
    asked = Asked()
    handler = functools.partial(_Counting, asked, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


class _Counting(http.server.SimpleHTTPRequestHandler):
    """A static host that keeps no log."""

    def __init__(self, asked: Asked, *arguments: Any, **options: Any) -> None:
        self._asked = asked
        super().__init__(*arguments, **options)

    def send_header(self, keyword: str, value: str) -> None:
        """See BaseHTTPRequestHandler."""
        if keyword.lower() == "content-length":
            self._asked.sent += int(value)
        super().send_header(keyword, value)

    def do_GET(self) -> None:
        """See SimpleHTTPRequestHandler."""
        self._asked.requests += 1
        self._asked.paths.append(self.path)
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
