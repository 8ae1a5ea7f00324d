"""What is kept of a registry: whatever stands there, it is read or it is not, and the next state can be kept."""

import json
import shutil

from tests.fuzz.pieces import folder

from hub_launch.index.cache import Cache, State

URL = "https://registry.example.org"
METADATA = {"timestamp.json": json.dumps({"signed": {"version": 3}}), "root_history/2.root.json": "{}"}
SEEDS = [
    json.dumps({"version": 1, "location": URL, "sha256": "00", "checked": 1.5, "etag": "x", "metadata": {}}).encode(),
    json.dumps({"version": 1, "location": URL, "sha256": "00", "checked": 2, "metadata": METADATA}).encode(),
    b'{"version": 1}',
    b"",
]
WORDS = ["timestamp.json", "root_history/", ".root.json", "metadata", '\\"version\\"', "null", "1e999"]


def check(data: bytes) -> None:
    shutil.rmtree(folder() / "registries", ignore_errors=True)
    cache = Cache(folder(), URL)
    cache.folder.mkdir(parents=True)
    (cache.folder / "state.json").write_bytes(data)
    before = cache.state()
    new = State(URL, "11", 4.0, metadata={"timestamp.json": '{"signed": {"version": 4}}'})
    cache.keep(new, b"{}")
    # What another launcher proved, and is newer, stays.
    assert cache.state() in (new, before)
    assert cache.state() is not None
