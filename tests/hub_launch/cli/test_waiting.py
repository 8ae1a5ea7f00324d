"""What takes long is said: on a terminal on a line that is gone afterwards, elsewhere once."""

import io
import re
import threading

import pytest

from hub_launch.cli.terminal import Terminal
from hub_launch.cli.waiting import waiting

PATIENCE_SECONDS = 20


class Screen(io.StringIO):
    """Tells when something was written to it."""

    def __init__(self, *, tty):
        super().__init__()
        self._tty = tty
        self.written = threading.Event()

    def isatty(self):
        return self._tty

    def write(self, text):
        number = super().write(text)
        self.written.set()
        return number


def waited(what, *, tty, then=""):
    screen = Screen(tty=tty)
    with waiting(Terminal(io.StringIO(), screen, interactive=tty), what, after=0.01) as say:
        assert screen.written.wait(PATIENCE_SECONDS)
        if then:
            screen.written.clear()
            say(then)
            assert screen.written.wait(PATIENCE_SECONDS)
    return screen.getvalue()


def test_on_a_terminal_the_line_is_gone_afterwards():
    said = waited("reading\x1b[2J", tty=True)
    assert re.match(r"\r\x1b\[K[|/\\-] reading\\x1b\[2J \(\d+ s\)", said)
    assert said.endswith("\r\x1b[K")
    assert "\n" not in said
    # No colours, whatever NO_COLOR says.
    assert set(re.findall(r"\x1b\[[0-9;]*[A-Za-z]", said)) == {"\x1b[K"}


def test_no_line_is_longer_than_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    said = waited("a" * 100, tty=True)
    assert max(map(len, said.replace("\x1b[K", "").split("\r"))) <= 19


def test_elsewhere_it_is_said_once_and_again_when_it_changes():
    assert waited("reading", tty=False) == "reading ...\n"
    assert waited("starting", tty=False, then="installing") == "starting ...\ninstalling ...\n"


@pytest.mark.parametrize("tty", [True, False])
def test_what_is_done_at_once_says_nothing(tty):
    screen = Screen(tty=tty)
    with waiting(Terminal(io.StringIO(), screen, interactive=tty), "reading"):
        pass
    assert screen.getvalue() == ""


def test_an_error_ends_it_too():
    screen = Screen(tty=True)
    terminal = Terminal(io.StringIO(), screen, interactive=True)

    def fail():
        with waiting(terminal, "a", 0.01):
            assert screen.written.wait(PATIENCE_SECONDS)
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()
    assert screen.getvalue().endswith("\x1b[K")
