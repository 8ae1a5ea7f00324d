import pytest
from filelock import FileLock

from hub_launch.catalog.lock import Lock, Pin, Way
from hub_launch.errors import ExitCode, HubError
from hub_launch.guard import lockfile
from hub_launch.guard.lockfile import LockFile

PIN = Pin(title="Time", version="1", ways=(Way(kind="npm"),))


@pytest.fixture
def lock(tmp_path):
    return LockFile(tmp_path / "config" / "hub.lock")


def put(name, pin=PIN):
    return lambda lock: lock.model_copy(update={"servers": {**lock.servers, name: pin}})


def test_without_a_file_nothing_is_pinned(lock):
    assert lock.read() == Lock()


def test_what_is_written_is_read_sorted_by_id(lock):
    lock.change(put("time"))
    assert lock.change(put("git")) == lock.read()
    assert list(lock.read().servers) == ["git", "time"]
    assert lock.read().servers["time"] == PIN


def test_a_change_of_nothing_writes_nothing(lock):
    lock.change(lambda before: before)
    assert not lock.path.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"lockVersion": 2}',
        '{"lockVersion": 1, "servers": {"time": {"title": "Time", "ways": []}}}',
        '{"lockVersion": 1, "unknown": 1}',
        '{"lockVersion": 1, "servers": {"../x": {"title": "x", "ways": [{"kind": "npm"}]}}}',
        "[" * 100_000,
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
    ids=["empty", "cut", "list", "newer", "incomplete", "unknown", "path", "deep", "encoding"],
)
def test_a_broken_lock_is_never_read_as_nothing_pinned(lock, text):
    lock.path.parent.mkdir()
    lock.path.write_text(text)
    for use in (lock.read, lambda: lock.change(put("time"))):
        with pytest.raises(HubError) as caught:
            use()
        assert caught.value.code == ExitCode.CONSENT
        assert "hub.lock is broken" in caught.value.message
        assert "hub-launch lock --reset" in caught.value.hint
    assert lock.path.read_text() == text


def test_a_broken_lock_is_kept_aside_when_the_user_says_so(lock):
    lock.path.parent.mkdir()
    for number in (1, 2):
        lock.path.write_text("{")
        assert lock.reset() == lock.path.with_name(f"hub.lock.broken-{number}")
        assert lock.read() == Lock()
    assert lock.reset() is None


def test_two_launchers_take_turns(lock, monkeypatch):
    monkeypatch.setattr(lockfile, "WAIT_SECONDS", 0.05)
    lock.path.parent.mkdir()
    with FileLock(lock.path.with_suffix(".lock.guard")), pytest.raises(HubError, match="Another launcher"):
        lock.change(put("time"))


def test_a_lock_too_large_to_be_ours_is_broken(lock, monkeypatch):
    monkeypatch.setattr(lockfile, "MAX_BYTES", 3)
    lock.path.parent.mkdir()
    lock.path.write_text('{"lockVersion": 1}')
    with pytest.raises(HubError, match="larger than 3 bytes"):
        lock.read()


def test_where_it_cannot_be_written_the_reason_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HubError, match=r"hub\.lock cannot be written"):
        LockFile(tmp_path / "file" / "hub.lock").change(put("time"))
