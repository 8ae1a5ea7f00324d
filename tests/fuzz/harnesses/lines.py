"""Lines of a child: as long as they are not too long, those that it wrote, however they come."""

import asyncio

from tests.fuzz.pieces import chunks, pieces

from hub_launch.run.stdio import read_lines

LIMIT = 64
SEEDS = [b"\x03\0one\ntwo\r\n\nlast", b"\0" + b"x" * 200 + b"\nshort\n", b"\x10\x02\0" + b"y" * 64 + b"\n"]


class Pipe:
    def __init__(self, parts):
        self.parts = parts

    async def read(self, size, /):
        return next(self.parts, b"")


def check(data: bytes) -> None:
    sizes, written = pieces(data, 2)
    told = []

    async def read():
        return [line async for line in read_lines(Pipe(chunks(written, sizes)), LIMIT, told.append)]

    *lines, unfinished = written.split(b"\n")
    assert asyncio.run(read()) == [line if len(line) <= LIMIT else None for line in lines]
    # Told once at most, and of lines that are too long; those that came in one piece with their end were never kept.
    long = [line for line in (*lines, unfinished) if len(line) > LIMIT]
    assert len(told) <= len(long)
    assert all(any(line.startswith(beginning) for line in long) for beginning in told)
