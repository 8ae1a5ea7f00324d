"""Who asks for something, and how it hears of what happens before the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Raw
from starlette.types import Scope

from hub_launch.hub.asking import Client
from hub_launch.hub.levels import is_level
from hub_launch.hub.passing import LOG, is_for_clients, passed_on
from hub_launch.run.eras import LOG_LEVEL_KEY
from hub_launch.run.messages import NO_FIELDS, Fields, Message, RequestId, as_object, fields_of, notification, text_of
from hub_launch.run.observing import Origin
from hub_launch.run.server import Server

if TYPE_CHECKING:
    from hub_launch.hub.news import News
    from hub_launch.hub.whom import Whom

Tell = Callable[[bytes], None]
"""Sends a line to the client of a request, before the answer. Must not wait."""


@dataclass(slots=True, eq=False)
class Caller:
    """The client of one request."""

    modern: bool
    """Whether it speaks the newer protocol; it has no session then."""
    tell: Tell
    client: Client | None = None
    """Its session, if it speaks the older protocol."""
    whom: "Whom | None" = None
    place: tuple[str, str | None] = ("", None)
    """Where the request was sent, and who proved to have sent it; None where nobody has to."""
    news: "News | None" = None
    number: RequestId | None = None
    """Of its request."""
    session: bytes = b""
    """The id of its session over HTTP, if it has one."""
    scope: Scope | None = None
    """Of its request over HTTP."""
    token: Raw | None = None
    """Under which it wants to hear of progress."""
    level: str | None = None
    """How severe the log messages are at least that it wants to hear; None in the newer protocol: none, else: all."""
    server: Server | None = None
    """That its request was passed on to."""
    prefixed: bool = False
    """Whether it has all servers together."""

    def origin(self) -> Origin:
        """Where the request came from."""
        scope = self.scope or {}
        address = scope.get("client")
        return Origin(
            self.place[1],
            address[0] if address else "",
            self.client.hello.info if self.client else None,
            self.session,
            self.modern,
            self.number,
            scope.get("headers", ()),
        )

    def asks(self, params: Fields, server: Server, *, prefixed: bool) -> None:
        """Take what the request's parameters say of the client, and to whom they go."""
        self.server, self.prefixed = server, prefixed
        meta = fields_of(params["_meta"]) if "_meta" in params else None
        if meta:
            self.token = meta.get("progressToken")
        if self.client:
            self.level = self.client.level
        elif meta and LOG_LEVEL_KEY in meta:
            level = text_of(meta[LOG_LEVEL_KEY])
            self.level = level if is_level(level) else None

    @property
    def hears_logs(self) -> bool:
        """Whether it wants log messages, or never said that it does not."""
        return not self.modern or self.level is not None

    def hear(self, message: Message) -> bool:
        """Tell it what its server says in the course of the request; whether that is the client's to hear at all."""
        if self.server is None or not is_for_clients(message):
            return False
        if self.hears_logs or message.method != LOG:
            line = passed_on(message, self.server.status.id, self.level, prefixed=self.prefixed)
            if line:
                self.tell(line)
        return True

    def report(self, params: Raw) -> None:
        """Tell it of progress, with the parameters of a server's notification."""
        fields = {**(fields_of(params) or {}), "progressToken": self.token or NO_FIELDS}
        self.tell(notification("notifications/progress", as_object(fields)))
