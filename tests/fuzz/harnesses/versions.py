"""Versions: any text has its place in one order, and of two one is not newer than itself."""

import itertools

from tests.fuzz.pieces import pieces

from hub_launch.judge.precedence import is_newer, precedence

SEEDS = [b"1.0.0\x001.0.0-rc.1\x001.0\x002026-11-21", b"1.2.3+a\x001.2.3\x00latest", b"01.0.0\x00v1\x00\x00"]
WORDS = [".", "-rc.1", "+build", "1.0.0", "-0", "alpha", "9999999999999999999999"]
MOST = 300


def check(data: bytes) -> None:
    *versions, day = (one.decode(errors="replace") for one in pieces(data, 4))
    keys = sorted(precedence(one, day) for one in versions)
    for one, other in itertools.combinations(keys, 2):
        assert one <= other
        assert not (one < other and other < one)
    for one, other in itertools.product(versions, repeat=2):
        assert not (is_newer(one, day, other, day) and is_newer(other, day, one, day))
    for one in versions:
        assert not is_newer(one, day, one, day)
