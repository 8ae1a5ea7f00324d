"""Text on a terminal: nothing that a terminal obeys, no secret, and a command that a shell reads as what it is."""

import shlex
import unicodedata

from tests.fuzz.pieces import pieces, text_of

from hub_launch.text import command_line, printable, redact, shortened, telling_line

SEEDS = [
    b"\x1b[31mred\x1b[0m\x00secret",
    "rtl \u202e override \u200b zero\x00\u2028".encode(),
    b"npm error code E404\nnpm error 404 Not Found\x00a b",
    b"\xed\xa0\x80\xff\x00'",
]
MOST = 1000


def check(data: bytes) -> None:
    first, second = pieces(data, 2)
    text, secret = text_of(first), text_of(second)
    shown = printable(text)
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for char in shown)
    assert printable(shown) == shown
    shown.encode()
    if shown == text:
        assert shlex.split(command_line([text, "b c"])) == [text, "b c"]
    if secret and "*" not in secret:
        assert secret not in redact(text + secret + text, [secret])
    assert len(telling_line(text)) <= 300
    assert len(shortened(text)) <= 300
