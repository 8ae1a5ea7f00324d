"""The end of a server's log, also while it is put aside for a new one."""

import pytest

from hub_launch.cli.logs import PIECE_BYTES, Tail


@pytest.fixture
def log(tmp_path):
    """A server's log."""
    path = tmp_path / "state" / "logs" / "time.log"
    path.parent.mkdir(parents=True)
    return path


def test_the_last_lines_are_shown(cli, log):
    log.write_text("".join(f"line {number}\n" for number in range(100)))
    assert cli("logs", "time").out.splitlines() == [f"line {number}" for number in range(50, 100)]
    assert cli("logs", "time", "-n", "2").out == "line 98\nline 99\n"
    assert cli("logs", "time", "-n", "0").out == ""


def test_nothing_of_a_server_reaches_the_terminal_unescaped(cli, log):
    log.write_bytes(b"\x1b[31mred\t\xff\xe2\x80\xae\n")
    assert cli("logs", "time").out == "\\x1b[31mred\t\ufffd\\u202e\n"


@pytest.mark.parametrize("name", ["git", "../logs/time", "", "time.log"])
def test_what_there_is_is_said(cli, log, name):
    log.touch()
    ran = cli("logs", name)
    assert ran.code == 2
    assert "what wrote something is time" in ran.err


def test_without_any_log_that_is_said(cli):
    assert "nothing wrote anything yet" in cli("logs", "time").err


def test_lines_are_shown_once_they_are_whole(log):
    log.write_bytes(b"one\ntw")
    with Tail(log) as tail:
        assert list(tail.new()) == ["one"]
        with log.open("ab") as file:
            file.write(b"o\r\nthree")
        assert list(tail.new()) == ["two"]
        assert list(tail.new()) == []


def test_a_log_that_was_put_aside_is_read_to_its_end_and_then_the_new_one(log):
    log.write_bytes(b"one\n")
    with Tail(log) as tail:
        assert list(tail.new()) == ["one"]
        with log.open("ab") as file:
            file.write(b"two\n")
        log.rename(log.with_name("time.1.log"))
        assert list(tail.new()) == ["two"]
        log.write_bytes(b"three\n")
        assert list(tail.new()) == ["three"]


def test_a_line_without_an_end_is_shown_in_pieces(log):
    log.write_bytes(b"x" * (3 * PIECE_BYTES))
    with Tail(log) as tail:
        assert sum(map(len, tail.new())) >= 2 * PIECE_BYTES
