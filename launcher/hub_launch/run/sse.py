"""Reading `text/event-stream` (WHATWG HTML, section 9.2), within bounds and without decoding what is passed on."""

from dataclasses import dataclass

# See MAX_LINE_BYTES of stdio: what a server may say at once is the same over either transport.
MAX_EVENT_BYTES = 16 * 1024 * 1024
# What Python keeps for a line, however short.
_LINE_BYTES = 64
# An id is sent back in a header, which servers bound to about this.
MAX_ID_BYTES = 4096
# A server that asks to be left alone for longer has no stream worth waiting for.
MAX_RETRY_SECONDS = 60.0


class EventTooLong(Exception):
    """An event that is longer than anything a server has to say."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `data` is its lines, joined by newlines."""

    name: str
    data: bytes


class EventParser:
    """Takes the stream's bytes as they come. Linear in what is read; never holds more than an event's limit."""

    def __init__(self, limit: int = MAX_EVENT_BYTES) -> None:
        self.last_id = b""
        """The id to name when the stream is to be taken up again; empty if the server gave none."""
        self.retry: float | None = None
        """How many seconds the server wants to be left alone before that."""
        self._limit = limit
        self._unfinished: list[bytes] = []
        self._unfinished_size = 0
        self._name = ""
        self._data: list[bytes] = []
        self._data_size = 0
        self._after_cr = False
        self._first = True

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that are complete with these bytes. Raises EventTooLong."""
        if self._after_cr and chunk:
            # The second half of a line end that the last chunk ended in the middle of.
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *ends, rest = chunk.split(b"\n")
        events = []
        for end in ends:
            line = b"".join((*self._unfinished, end)) if self._unfinished else end
            self._unfinished, self._unfinished_size = [], 0
            if event := self._line(line):
                events.append(event)
        if rest:
            self._unfinished.append(rest)
            self._unfinished_size += len(rest)
        # What counts is what is kept; a comment every second, as a sign of life, is nothing.
        if self._unfinished_size + self._data_size > self._limit:
            raise EventTooLong
        return events

    def _line(self, line: bytes) -> Event | None:
        if self._first:
            self._first = False
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line:
            return self._dispatch()
        field, _, value = line.partition(b":")
        self._take(field, value.removeprefix(b" "))
        return None

    def _dispatch(self) -> Event | None:
        data, name = self._data, self._name
        self._data, self._name, self._data_size = [], "", 0
        return Event(name or "message", b"\n".join(data)) if data else None

    def _take(self, field: bytes, value: bytes) -> None:
        if field == b"data":
            self._data.append(value)
            self._data_size += len(value) + _LINE_BYTES
        elif field == b"event":
            self._name = value.decode(errors="replace")
        elif field == b"id" and b"\0" not in value and len(value) <= MAX_ID_BYTES:
            self.last_id = value
        elif field == b"retry" and value.isdigit():
            self.retry = min(int(value[:9]) / 1000, MAX_RETRY_SECONDS)
