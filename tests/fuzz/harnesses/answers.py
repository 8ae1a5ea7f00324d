"""Packed bodies: what comes out is what gzip says, or an error that is told; and never more than the limit at once."""

import contextlib
import gzip
import zlib

import httpcore2
from tests.fuzz.pieces import chunks, pieces

from hub_launch.run.answer import TooLong, _unpacker

LIMIT = 10_000
SEEDS = [
    b"\x05\0" + gzip.compress(b'{"jsonrpc":"2.0"}'),
    b"\0" + gzip.compress(bytes(100_000)),
    b"\x01\0" + gzip.compress(b"a") + gzip.compress(b"b"),
    b"\x01\0" + gzip.compress(b"a") + bytes(100),
]


def check(data: bytes) -> None:
    sizes, packed = pieces(data, 2)
    unpack = _unpacker(b"gzip", LIMIT)
    assert unpack
    unpacked = b""
    try:
        for chunk in chunks(packed, sizes):
            part = unpack(chunk)
            assert len(part) <= LIMIT + 1
            unpacked += part
    except (TooLong, httpcore2.RemoteProtocolError):
        return
    with contextlib.suppress(OSError, EOFError, zlib.error):
        assert gzip.decompress(packed) == unpacked
