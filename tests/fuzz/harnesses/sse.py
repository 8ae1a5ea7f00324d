"""Event streams: the same events however the bytes come, and those that a reader as in the standard finds."""

import re

from tests.fuzz.pieces import chunks, pieces

from hub_launch.run.sse import EventParser, EventTooLong

LIMIT = 500
SEEDS = [
    b"\x07\0event: message\nid: 7\ndata: {}\n\n: comment\nretry: 1500\ndata: a\ndata:b\n\n",
    b"\0\xef\xbb\xbfdata\n\ndata:\n\nid\n\r\r\n",
    b"\x01\0data: x\r\rdata: y\r\n\r\nid: \0z\n\n",
    b"\0" + b"data: " + b"x" * 600,
]
WORDS = ["data: ", "event: ", "id: ", "retry: ", "\r\n", "\n\n", "\r", ": "]


def read(parts):
    parser = EventParser(LIMIT)
    try:
        return [event for part in parts for event in parser.feed(part)], parser
    except EventTooLong:
        return None, parser


def check(data: bytes) -> None:
    sizes, stream = pieces(data, 2)
    parts, at_once = read(chunks(stream, sizes)), read([stream])
    if parts[0] is None or at_once[0] is None:
        assert len(stream) > LIMIT / 70
        return
    assert parts[0] == at_once[0]
    assert parts[1].last_id == at_once[1].last_id
    assert parts[1].retry == at_once[1].retry
    assert [(one.name, one.data) for one in parts[0]] == list(as_in_the_standard(stream))


def as_in_the_standard(stream):
    name, lines = "", []
    *ended, _ = re.split(rb"\r\n|\n|\r", stream.removeprefix(b"\xef\xbb\xbf"))
    for line in ended:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if not line:
            if lines:
                yield name or "message", b"\n".join(lines)
            name, lines = "", []
        elif field == b"event":
            name = value.decode(errors="replace")
        elif field == b"data":
            lines.append(value)
