"""The sessions of clients that speak the older protocol."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from hub_launch.hub.asking import Client
from hub_launch.run.messages import RequestId

# Of clients that never said goodbye, at all addresses: some forty megabytes. A client whose session was dropped is told
# so, and begins another.
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
    client: Client | None = None
    """The client as servers may ask it; None for a session that FastMCP has opened."""
    streaming: bool = False
    calls: dict[RequestId, "Cancellable"] = field(default_factory=dict)
    kept: bool = False
    """Whether other hubs can go on with it; what they have to know beside its greeting follows."""
    level: str | None = None
    uris: set[str] = field(default_factory=set)


class Crowd:
    """The sessions of all endpoints, which are no more than MAX_SESSIONS together.

    Those that were not used for longest are forgotten first: a client that opens sessions without end takes none from
    those that work.
    """

    def __init__(self) -> None:
        # Its front is found at once, however many left from there.
        self._all: OrderedDict[Session, Sessions] = OrderedDict()

    def join(self, session: Session, sessions: "Sessions") -> None:
        """One more, for which there may have to be made room."""
        while len(self._all) >= MAX_SESSIONS:
            self._make_room()
        self._all[session] = sessions

    def used(self, session: Session) -> None:
        """Something was asked in it."""
        self._all.move_to_end(session)

    def leave(self, session: Session) -> None:
        """One less."""
        self._all.pop(session, None)

    def _make_room(self) -> None:
        for _ in range(len(self._all)):
            session = next(iter(self._all))
            if not (session.streaming or session.calls):
                break
            # Somebody is listening, or waits.
            self._all.move_to_end(session)
        oldest, sessions = next(iter(self._all.items()))
        sessions.drop(oldest.id)


class Sessions:
    """Those of one endpoint, by id."""

    def __init__(self, on_end: Callable[[Client], None], crowd: Crowd) -> None:
        """on_end: told whose session is over."""
        self._sessions: dict[bytes, Session] = {}
        self._on_end = on_end
        self._crowd = crowd

    def open(self, hello: bytes, client: Client) -> Session:
        """A new one."""
        return self._add(Session(secrets.token_hex(_ID_BYTES).encode(), hello, client=client))

    def take_up(self, name: bytes, hello: bytes, client: Client) -> Session:
        """One that another hub has opened."""
        return self._add(Session(name, hello, client=client))

    def adopt(self, name: bytes) -> Session:
        """One that FastMCP has opened by itself."""
        return self._sessions.get(name) or self._add(Session(name, b"", behind=name))

    def get(self, name: bytes) -> Session | None:
        """The one of that id, which is thereby used."""
        session = self._sessions.get(name)
        if session:
            self._crowd.used(session)
        return session

    def drop(self, name: bytes) -> Session | None:
        """Forget it."""
        session = self._sessions.pop(name, None)
        if session:
            self._crowd.leave(session)
        if session and session.client:
            self._on_end(session.client)
        return session

    def end_all(self) -> None:
        """Forget all of them: what they were opened at is gone."""
        for name in list(self._sessions):
            self.drop(name)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._sessions.values()))

    def __len__(self) -> int:
        return len(self._sessions)

    def __contains__(self, name: object) -> bool:
        return name in self._sessions

    def _add(self, session: Session) -> Session:
        before = self._sessions.get(session.id)
        if before:
            self._crowd.leave(before)
        self._crowd.join(session, self)
        self._sessions[session.id] = session
        return session
