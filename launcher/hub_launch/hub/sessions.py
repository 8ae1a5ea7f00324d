"""The sessions of clients that speak the older protocol."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Protocol

from hub_launch.run.messages import RequestId

# Of clients that never said goodbye. A client whose session was dropped is told so, and begins another.
MAX_SESSIONS = 10_000
# As many bits as a key (the specification: unique and not to be guessed).
_ID_BYTES = 16


class Cancellable(Protocol):
    """A call that is under way."""

    def cancel(self) -> object:
        """Give it up."""
        ...


@dataclass(slots=True, eq=False)
class Session:
    """One client's session at one endpoint."""

    id: bytes
    hello: bytes
    """The body of its `initialize`, with which FastMCP is told of it when it has to know."""
    behind: bytes = b""
    """What FastMCP calls it; empty while that knows nothing of it."""
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    streaming: bool = False
    calls: dict[RequestId, "Cancellable"] = field(default_factory=dict)


class Sessions:
    """Those of one endpoint, by id, the oldest first."""

    def __init__(self) -> None:
        self._sessions: dict[bytes, Session] = {}

    def open(self, hello: bytes) -> Session:
        """A new one."""
        return self._add(Session(secrets.token_hex(_ID_BYTES).encode(), hello))

    def adopt(self, name: bytes) -> Session:
        """One that FastMCP has opened by itself."""
        return self._sessions.get(name) or self._add(Session(name, b"", behind=name))

    def get(self, name: bytes) -> Session | None:
        """The one of that id."""
        return self._sessions.get(name)

    def drop(self, name: bytes) -> Session | None:
        """Forget it."""
        return self._sessions.pop(name, None)

    def __len__(self) -> int:
        return len(self._sessions)

    def __contains__(self, name: object) -> bool:
        return name in self._sessions

    def _add(self, session: Session) -> Session:
        self._sessions[session.id] = session
        if len(self._sessions) > MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        return session
