"""Who asks for something, and how it hears of what happens before the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Raw

from hub_launch.hub.asking import Client
from hub_launch.run.messages import NO_FIELDS, Fields, as_object, fields_of, notification

if TYPE_CHECKING:
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
    token: Raw | None = None
    """Under which it wants to hear of progress."""

    def asks(self, params: Fields) -> None:
        """Take what the request's parameters say of the client."""
        meta = fields_of(params["_meta"]) if "_meta" in params else None
        if meta:
            self.token = meta.get("progressToken")

    def report(self, params: Raw) -> None:
        """Tell it of progress, with the parameters of a server's notification."""
        fields = {**(fields_of(params) or {}), "progressToken": self.token or NO_FIELDS}
        self.tell(notification("notifications/progress", as_object(fields)))
