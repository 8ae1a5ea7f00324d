"""Values in headers: any text arrives as it was, and what nobody wrote so is none."""

from tests.fuzz.pieces import pieces

from hub_launch.run.envelope import header_text, header_value

SEEDS = [b"tool", "Grüße".encode(), b" =?base64?eA==?= ", b"=?base64?eA==?=", b"a\nb", b"=?base64?=?=", b"=?base64??="]
WORDS = ["=?base64?", "?=", "==", "\t"]
MOST = 200


def check(data: bytes) -> None:
    text = data.decode(errors="replace")
    value = header_value(text)
    assert header_text(value) == text
    # One header it is, and no two of them.
    assert value.isascii()
    assert not {b"\r"[0], b"\n"[0], 0} & set(value)
    header_text(pieces(data, 1)[0])
