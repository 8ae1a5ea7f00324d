import os
import stat

import pytest

from hub_launch.run import log_file
from hub_launch.run.log_file import MAX_LOG_BYTES, OLD_LOGS, RETRY_SECONDS, LogFile

PIECE = b"x" * 65535 + b"\n"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log(tmp_path, clock):
    log = LogFile(tmp_path / "logs" / "time.log", clock)
    yield log
    log.close()


def sizes(log):
    return [path.stat().st_size for path in sorted(log.path.parent.iterdir())]


def test_what_is_appended_is_in_the_file_which_is_for_its_user_alone(log):
    assert log.append(b"one\n") == 0
    assert log.append(b"two\n") == 0
    assert log.path.read_bytes() == b"one\ntwo\n"
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_a_full_log_is_put_aside_while_it_is_written(log):
    for number in range(40):
        assert log.append(b"%d" % number + PIECE) == 0
    assert [path.name for path in sorted(log.path.parent.iterdir())] == ["time.1.log", "time.2.log", "time.log"]
    assert all(size <= MAX_LOG_BYTES for size in sizes(log))
    text = log.old(2).read_bytes() + log.old(1).read_bytes() + log.path.read_bytes()
    assert text == b"".join(b"%d" % number + PIECE for number in range(40))


def test_only_some_old_logs_are_kept(log):
    for _ in range(200):
        log.append(PIECE)
    assert len(sizes(log)) == 1 + OLD_LOGS
    assert sum(sizes(log)) <= (1 + OLD_LOGS) * MAX_LOG_BYTES


def test_much_at_once_is_rotated_as_well(log):
    assert log.append(PIECE * 40) == 0
    assert all(size <= MAX_LOG_BYTES for size in sizes(log))


def test_a_log_that_grew_too_long_before_is_put_aside_at_once(log):
    log.path.parent.mkdir()
    log.path.write_bytes(b"old" * MAX_LOG_BYTES)
    log.append(b"new")
    assert log.path.read_bytes() == b"new"


def test_hubs_that_share_a_log_lose_nothing(log, tmp_path):
    other = LogFile(log.path)
    for _ in range(12):
        assert log.append(PIECE) == other.append(PIECE) == 0
    other.close()
    assert sum(sizes(log)) == 24 * len(PIECE)


def test_a_disk_that_is_full_is_counted_and_tried_again(tmp_path, clock, caplog):
    log = LogFile(tmp_path / "full.log", clock)
    (tmp_path / "full.log").symlink_to("/dev/full")
    assert log.append(b"four") == 4
    (tmp_path / "full.log").unlink()
    assert log.append(b"four") == 4
    clock.now += RETRY_SECONDS
    assert log.append(b"four") == 0
    assert (tmp_path / "full.log").read_bytes() == b"four"
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "No space left on device" in caplog.text
    log.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told_once(tmp_path, clock, caplog):
    (tmp_path / "logs").mkdir(mode=0o500)
    log = LogFile(tmp_path / "logs" / "x.log", clock)
    assert log.append(b"four") == 4
    assert "Permission denied" in caplog.text


@pytest.mark.parametrize("make", ["folder", "file in the way", "pipe"])
def test_what_is_no_file_is_told_once_and_holds_up_nobody(tmp_path, clock, caplog, make):
    path = tmp_path / "logs" / "x.log"
    if make == "folder":
        path.mkdir(parents=True)
    elif make == "pipe":
        path.parent.mkdir()
        os.mkfifo(path)
    else:
        path.parent.write_text("a file")
    log = LogFile(path, clock)
    for _ in range(3):
        assert log.append(b"four") == 4
        clock.now += RETRY_SECONDS
    assert len(caplog.records) == 1
    assert str(path) in caplog.text


def test_a_log_is_opened_once(log, monkeypatch):
    opened = []
    real = os.open
    monkeypatch.setattr(log_file.os, "open", lambda *args: opened.append(args) or real(*args))
    for _ in range(3):
        log.append(b"x")
    # Whatever else this process opens meanwhile.
    assert len([path for path, *_ in opened if path == log.path]) == 1
