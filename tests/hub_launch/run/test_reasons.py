import pytest

from hub_launch.run.reasons import telling_line


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
