from types import SimpleNamespace

import pytest

from hub_launch.plan import HttpLaunch
from hub_launch.run.link import LinkGone
from hub_launch.run.reasons import explain, is_passing, telling_line


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("", ""),
        ("\n  \n", ""),
        ("listening\nfailed", "failed"),
        ("Traceback (most recent call last):\n  File x\nValueError: no key", "ValueError: no key"),
        ("Error: no API key\nusage: x", "Error: no API key usage: x"),
        (
            "error: cannot resolve\n  cause: no such version\nhint: try again",
            "error: cannot resolve cause: no such version",
        ),
        (
            "npm error code E404\nnpm error 404 Not Found - GET https://r/x\nnpm error A complete log is in /x",
            "404 Not Found - GET https://r/x",
        ),
        ("npm error code ENOENT", "code ENOENT"),
    ],
)
def test_the_line_that_tells_most_is_picked(words, line):
    assert telling_line(words) == line


def test_a_very_long_line_is_cut():
    line = telling_line("error " + "x" * 1000)
    assert len(line) == 300
    assert line.endswith("…")


def test_what_a_remote_server_wants_is_the_reason(tmp_path):
    gone = LinkGone("needs sign-in", "run `hub-launch auth login far`", needs_sign_in=True)
    error = RuntimeError("the session broke")
    error.__cause__ = gone
    backend = SimpleNamespace(child=None, launch=HttpLaunch("far", "Far", "remote", "sse", "https://a.example"))
    assert explain(error, backend, tmp_path / "far.log") == ("needs sign-in", "run `hub-launch auth login far`")
    assert not is_passing(error)


def test_a_remote_server_that_is_away_may_come_back():
    assert is_passing(LinkGone("cannot be reached"))
