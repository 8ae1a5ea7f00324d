"""What every request to a server over streamable HTTP names: its session, and the version of the protocol."""

from collections.abc import Callable
from dataclasses import dataclass

from hub_launch.run.answer import Answer
from hub_launch.run.exchange import Headers

# Sent back with every request.
MAX_SESSION_BYTES = 1024


@dataclass(slots=True)
class HttpSession:
    """One after another; a server of the newer protocol, and many of the older, has none."""

    on_end: Callable[[], None]
    id: bytes = b""
    version: str | None = None

    def open(self, answer: Answer) -> None:
        """Take the session that a server opened with its answer, if it did."""
        session = answer.header(b"mcp-session-id").strip()
        plain = all(0x21 <= byte <= 0x7E for byte in session)  # as the specification says
        self.id = session if plain and len(session) <= MAX_SESSION_BYTES else b""

    def end(self, session: bytes) -> None:
        """That session is over; another may have taken its place already."""
        if session == self.id:
            self.id, self.version = b"", None
            self.on_end()

    def headers(self, version: str | None) -> Headers:
        """What names the session, and that version."""
        head: Headers = [(b"mcp-session-id", self.id)] if self.id else []
        return [*head, (b"mcp-protocol-version", version.encode())] if version else head
