import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hub_launch.catalog import sha256_hex
from hub_launch.index.cache import Cache, State, read_hashed


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path, "https://r.example")


def state(index=b"{}", version=0, root=1, **rest):
    metadata = (
        {f"root_history/{root}.root.json": "{}", "timestamp.json": json.dumps({"signed": {"version": version}})}
        if version
        else {}
    )
    return State("https://r.example", sha256_hex(index), 1000.5, metadata=metadata, **rest)


def files(cache):
    return {path: path.read_bytes() for path in cache.folder.rglob("*") if path.is_file()}


def test_what_is_kept_is_read_again(cache):
    assert cache.state() is None
    cache.keep(state(etag='"x"', version=3), b"{}")
    assert cache.state() == state(etag='"x"', version=3)
    assert cache.index(sha256_hex(b"{}"), 100) == b"{}"


def test_a_changed_file_is_not_what_its_name_says(cache):
    cache.keep(state(), b"{}")
    cache.index_path(sha256_hex(b"{}")).write_bytes(b"[]")
    assert cache.index(sha256_hex(b"{}"), 100) is None
    assert read_hashed(Path("/nowhere"), 100, "0") is None


def test_the_index_before_stays_for_who_reads_it_and_older_ones_go(cache):
    for number in range(4):
        cache.keep(state(b"%d" % number), b"%d" % number)
    kept = {path.read_bytes() for path in cache.folder.glob("*.index.json")}
    assert kept == {b"2", b"3"}


@pytest.mark.parametrize(("root", "version", "wins"), [(1, 4, False), (1, 6, True), (2, 1, True), (1, 5, True)])
def test_what_another_launcher_learnt_meanwhile_is_not_forgotten(cache, root, version, wins):
    cache.keep(state(b"5", version=5), b"5")
    cache.keep(state(b"x", version=version, root=root), b"x")
    assert (cache.state().sha256 == sha256_hex(b"x")) == wins


def test_a_state_of_another_form_counts_as_none(cache):
    cache.keep(state(), b"{}")
    path = cache.folder / "state.json"
    path.write_text(path.read_text().replace('"version":1', '"version":2'))
    assert cache.state() is None


def test_a_full_disk_leaves_what_was_there(cache, monkeypatch):
    cache.keep(state(b"old"), b"old")
    before = files(cache)

    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hub_launch.files.os.fdopen", full)
    with pytest.raises(OSError, match="No space left"):
        cache.keep(state(b"new"), b"new")
    monkeypatch.undo()
    assert files(cache) == before
    assert cache.state() == state(b"old")


# Each writes its own numbers, and reads after each write: what is read is always one of them, and whole.
WRITER = """
import sys
from pathlib import Path
from hub_launch.catalog import sha256_hex
from hub_launch.index.cache import Cache, State
cache = Cache(Path(sys.argv[1]), "https://r.example")
for number in range(int(sys.argv[2])):
    index = b"%s %d " % (sys.argv[3].encode(), number) * 1000
    cache.keep(State("https://r.example", sha256_hex(index), 0.0), index)
    state = cache.state()
    assert state is not None
    print(number, flush=True)
"""


def writer(tmp_path, count, name):
    command = [sys.executable, "-c", WRITER, str(tmp_path), str(count), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_launchers_at_once_leave_a_whole_state(cache, tmp_path):
    both = [writer(tmp_path, 50, name) for name in ("a", "b")]
    for one in both:
        one.communicate()
    assert [one.returncode for one in both] == [0, 0]
    assert cache.index(cache.state().sha256, 1_000_000)
    assert len(list(cache.folder.glob("*.index.json"))) <= 2
    assert not [path for path in cache.folder.iterdir() if path.name.startswith(".")]


def test_a_launcher_that_is_killed_leaves_a_whole_state_and_no_lock(cache, tmp_path):
    cache.keep(state(b"old"), b"old")
    for _ in range(3):
        one = writer(tmp_path, 100_000, "a")
        one.stdout.readline()
        one.send_signal(signal.SIGKILL)
        one.communicate()
        assert cache.index(cache.state().sha256, 1_000_000)
    cache.keep(state(b"new"), b"new")
    assert cache.state() == state(b"new")


@pytest.mark.parametrize(
    "metadata",
    [
        {"timestamp.json": "{}"},
        {"timestamp.json": "not JSON"},
        {"timestamp.json": '{"signed": {"version": "x"}}'},
        {"timestamp.json": '{"signed": {"version": 1}}', "root_history/x.root.json": "{}"},
    ],
)
def test_a_state_with_damaged_proofs_counts_as_none_and_is_replaced(cache, metadata):
    cache.keep(state(), b"{}")
    path = cache.folder / "state.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"metadata": metadata}))
    assert cache.state() is None
    cache.keep(state(version=3), b"{}")
    assert cache.state() == state(version=3)
