"""A host on loopback that behaves, but for one request: the n-th, which goes wrong in one of many ways."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from enum import StrEnum

# A hang guard: whoever asks gives up much sooner.
STALL_SECONDS = 20


class Fault(StrEnum):
    """How a request goes wrong; where nothing else is said, its connection is closed behind that."""

    HANGS_UP = "hangs up without a word"
    RESETS = "resets the connection without a word"
    RESETS_IN_HEAD = "resets it in the middle of the headers"
    RESETS_IN_BODY = "resets it in the middle of the body"
    STALLS_IN_HEAD = "says nothing more in the middle of the headers"
    STALLS_IN_BODY = "says nothing more in the middle of the body"
    TOO_SHORT = "sends less than it said"
    NO_HTTP = "sends what is no HTTP"
    NO_CHUNK = "sends what is no chunk"
    NO_GZIP = "sends what is not packed as it said"
    FAILS = "answers 500"
    IS_AWAY = "answers 503"


Respond = Callable[[bytes, bytes], tuple[str, bytes]]
"""A request's first line and its body -> the media type and the body of the answer; empty type for 404."""


class Host:
    """Answers as `respond` says. fault: of the n-th request from now on, counted in `asked`."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.behave()
        threading.Thread(target=self._serve, daemon=True).start()

    def behave(self) -> None:
        """From now on nothing goes wrong."""
        self.disturb(0, Fault.FAILS)

    def disturb(self, number: int, fault: Fault) -> None:
        """From now on the n-th request goes wrong, from 1."""
        self.asked = 0
        self._number, self._fault = number, fault

    def close(self) -> None:
        self._ended.set()
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, ValueError), connection.makefile("rb") as reader:
            while request := _read(reader):
                self.asked += 1
                if self.asked == self._number:
                    self._go_wrong(connection, *request)
                    return
                connection.sendall(b"".join(_answer(*self._respond(*request))))

    def _go_wrong(self, connection: socket.socket, line: bytes, body: bytes) -> None:
        kind, said = self._respond(line, body)
        head, rest = _answer(kind, said)
        connection.sendall(_WRONG[self._fault](head, rest))
        if "resets" in self._fault:
            # With nothing left to send, and no word of farewell (RST).
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif "nothing more" in self._fault:
            self._ended.wait(STALL_SECONDS)


def serving(files: Mapping[str, bytes]) -> Respond:
    """Files by their path."""

    def respond(line: bytes, _: bytes) -> tuple[str, bytes]:
        data = files.get(line.split()[1].decode().removeprefix("/"))
        return ("", b"") if data is None else ("application/json", data)

    return respond


def _read(reader) -> tuple[bytes, bytes] | None:
    line, length = reader.readline(), 0
    while (header := reader.readline().strip().lower()) != b"":
        if header.startswith(b"content-length:"):
            length = int(header.partition(b":")[2])
    return (line, reader.read(length)) if line else None


def _answer(kind: str, body: bytes) -> tuple[bytes, bytes]:
    status = "200 OK" if kind else "404 Not Found"
    return (
        f"HTTP/1.1 {status}\r\ncontent-type: {kind or 'text/plain'}\r\ncontent-length: {len(body)}\r\n\r\n".encode(),
        body,
    )


def _status(line: str) -> bytes:
    return f"HTTP/1.1 {line}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode()


# What of an answer is sent, by head and body.
_WRONG: Mapping[Fault, Callable[[bytes, bytes], bytes]] = {
    Fault.HANGS_UP: lambda head, body: b"",
    Fault.RESETS: lambda head, body: b"",
    Fault.RESETS_IN_HEAD: lambda head, body: head[:20],
    Fault.RESETS_IN_BODY: lambda head, body: head + body[: len(body) // 2],
    Fault.STALLS_IN_HEAD: lambda head, body: head[:20],
    Fault.STALLS_IN_BODY: lambda head, body: head + body[: len(body) // 2],
    Fault.TOO_SHORT: lambda head, body: head + body[: len(body) // 2],
    Fault.NO_HTTP: lambda head, body: b"\x15\x03\x01\x00\x02\x02\x46 no HTTP at all\r\n\r\n",
    Fault.NO_CHUNK: lambda head, body: (
        head.replace(b"content-length: ", b"transfer-encoding: chunked\r\nx: ") + b"what?\r\n"
    ),
    Fault.NO_GZIP: lambda head, body: head.replace(b"\r\n\r\n", b"\r\ncontent-encoding: gzip\r\n\r\n") + body,
    Fault.FAILS: lambda head, body: _status("500 Internal Server Error"),
    Fault.IS_AWAY: lambda head, body: _status("503 Service Unavailable"),
}
