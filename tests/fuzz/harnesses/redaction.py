"""Redaction: no secret is shown, whole, in pieces, broken over lines or quoted; and text without any is as it was."""

import json
from urllib.parse import quote

from tests.fuzz.pieces import chunks, pieces, text_of

from hub_launch.run.redaction import Redactor
from hub_launch.text import redact

SEEDS = [
    b"ghp_0123456789\x00\x05\x00token ghp_0123456789 and ghp_01234\n56789",
    b"aba\nab\x00\x01\x02\x00abababab\n ab",
    b"-----BEGIN KEY-----\nAAAAAAAAAA\nBBBBBBBBBB\x00\x00AAAAAAAAAA BBBBBBBBBB",
    'käse"\\/\x00\x03\x00{"a": "k\\u00e4se\\"\\\\/"}'.encode(),
]
MOST = 400


def check(data: bytes) -> None:
    given, sizes, written = pieces(data, 3)
    secret = text_of(given)
    if not secret.strip() or "*" in secret:
        return
    # Also with the secret in it, whatever the fuzzer thinks of.
    for text in (written, written + given + written, _woven(written, given)):
        redactor = Redactor([secret])
        shown = b"".join([redactor.feed(part) for part in chunks(text, sizes)]) + redactor.flush()
        for spelling in {given, json.dumps(secret)[1:-1].encode(), quote(secret, errors="replace").encode()}:
            assert spelling not in shown
        assert secret not in redact(text_of(text), [secret])
        if not set(text) & set(given):
            assert shown == text


def _woven(text, secret):
    """The secret in lines of its own, as programs with narrow terminals write it."""
    middle = len(secret) // 2
    broken = secret[:middle] + b"\n  " + secret[middle:]
    return text + b"\n" + broken + b"\n" + text
