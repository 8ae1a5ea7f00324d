import os
import time

import pytest

from hub_launch.run.log import BURST_BYTES, BYTES_PER_SECOND, TAIL_BYTES, ErrorLog

SECRET = "ghp_0123456789abcdef"
LINE = b"y" * 1023 + b"\n"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log(tmp_path, clock):
    """A log, with `.writes(data)`: what its child does, and what is then in the file."""

    class Log(ErrorLog):
        def writes(self, data):
            while data:
                data = data[os.write(self.write_end, data[: 512 * 1024]) :]
                self.read()
                self.write()
            return self.shown()

        def shown(self):
            files = [tmp_path / f"x{old}.log" for old in (".3", ".2", ".1", "")]
            return b"".join(file.read_bytes() for file in files if file.exists())

    log = Log(tmp_path / "x.log", [SECRET], clock)
    yield log
    log.close()
    log.close_write_end()


def test_what_a_child_writes_is_in_its_log_as_it_wrote_it(log):
    assert log.writes(b"one\n\x1b[31mtwo\xff\n") == b"one\n\x1b[31mtwo\xff\n"
    assert log.last_words() == "one\n\\x1b[31mtwo�"


def test_nothing_written_is_nothing_said(log, tmp_path):
    assert log.last_words() == ""
    log.close()
    assert not (tmp_path / "x.log").exists()


def test_a_secret_reaches_the_disk_in_no_form(log):
    log.writes(f"key {SECRET[:5]}".encode())
    log.writes(SECRET[5:].encode() + b" is wrong\n")
    assert log.shown() == b"key *** is wrong\n"
    assert log.last_words() == "key *** is wrong"


def test_a_secret_cut_off_by_the_end_is_not_shown_by_halves(log):
    log.writes(f"key {SECRET[:12]}".encode())
    log.close()
    assert log.shown() == b"key ***"


def test_last_words_are_read_although_nobody_moved_them_yet(log):
    os.write(log.write_end, b"fatal: no key\n")
    assert log.last_words() == "fatal: no key"


def test_last_words_are_still_known_when_the_log_is_closed(log):
    log.writes(b"fatal\n")
    log.close()
    assert log.last_words() == "fatal"


def test_a_flood_is_left_out_and_counted(log, clock):
    shown = log.writes(LINE * 4096)
    assert len(shown) == BURST_BYTES
    clock.now += 1
    shown = log.writes(LINE * 4)[BURST_BYTES:]
    note, _, rest = shown.partition(b" bytes left out\n")
    assert note.startswith("\n… ".encode())
    left_out = int(note.decode().split()[1].replace(",", ""))
    assert left_out + len(rest) == 4100 * 1024 - BURST_BYTES
    assert rest == LINE * (len(rest) // 1024)


def test_a_flood_does_not_wash_away_how_it_ended(log):
    log.writes(LINE * 4096)
    log.writes(b"Traceback\nValueError: too much\n")
    assert log.last_words().endswith("y\nTraceback\nValueError: too much")
    log.close()
    assert log.shown().endswith(b"ValueError: too much\n")


def test_a_flood_keeps_its_pace_for_as_long_as_it_takes(log, clock):
    for _ in range(600):
        clock.now += 0.1
        log.writes(LINE * 100)
    assert len(log.shown()) < BURST_BYTES + 60 * BYTES_PER_SECOND * 1.2
    assert len(log.shown()) > 60 * BYTES_PER_SECOND * 0.8


def test_after_a_part_that_was_left_out_no_half_of_a_secret_is_shown(log, clock):
    log.writes(LINE * 4096)
    log.writes(SECRET[:8].encode())
    clock.now += 10
    log.writes(SECRET[8:].encode() + b" was it\nand on\n")
    assert SECRET[8:].encode() not in log.shown()
    assert log.shown().endswith(b"y\n*** was it\nand on\n")


def test_one_line_without_end_is_left_out_whole(log, clock):
    for _ in range(20):
        clock.now += 1
        log.writes(b"z" * 512 * 1024)
    log.close()
    assert log.shown()[BURST_BYTES + BYTES_PER_SECOND :] == "\n… 9,895,936 bytes left out\n".encode()


def test_what_waits_for_a_slow_disk_is_bounded(log, clock):
    for _ in range(100):
        clock.now += 60
        os.write(log.write_end, LINE * 512)
        log.read()
    assert len(log._pending) < 2 * 1024 * 1024


def test_what_a_full_disk_did_not_take_is_counted(log, clock, tmp_path):
    (tmp_path / "x.log").symlink_to("/dev/full")
    os.write(log.write_end, b"lost\n")
    log.read()
    log.write()
    (tmp_path / "x.log").unlink()
    clock.now += 60
    assert log.writes(b"kept\n") == "\n… 5 bytes left out\nkept\n".encode()
    assert log.last_words() == "lost\nkept"


def test_the_end_is_noticed(log):
    os.write(log.write_end, b"bye")
    os.dup2(os.open(os.devnull, os.O_WRONLY), log.write_end)
    while not log.ended:
        log.read()
    log.write()
    assert log.shown() == b"bye"
    assert log.last_words() == "bye"
    assert not log.read()


def test_a_tail_is_short(log):
    log.writes(LINE * 100)
    assert len(log.last_words()) < TAIL_BYTES


def test_a_hundred_megabytes_take_a_moment(log):
    began = time.monotonic()
    for _ in range(200):
        log.writes(LINE * 512)
    # A hang guard: a fraction of a second here.
    assert time.monotonic() - began < 20
