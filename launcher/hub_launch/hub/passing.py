"""A server's notification as a client is told it."""

from msgspec import Raw

from hub_launch.hub.levels import reaches
from hub_launch.hub.naming import uri_name
from hub_launch.run.changes import NOTIFICATIONS
from hub_launch.run.messages import NO_FIELDS, Message, as_object, fields_of, notification, raw, text_of

LOG = "notifications/message"
PROGRESS = "notifications/progress"
UPDATED = "notifications/resources/updated"
ACKNOWLEDGED = "notifications/subscriptions/acknowledged"

# Of these the only client of a server hears; anything else that it says to its one client the hub has a part in.
_OF_ONE = frozenset({LOG, UPDATED, "notifications/elicitation/complete"})

_OURS = frozenset({PROGRESS, UPDATED, ACKNOWLEDGED, "notifications/cancelled", *NOTIFICATIONS.values()})


def is_for_clients(message: Message) -> bool:
    """Whether the hub has nothing else to do with it than to pass it on."""
    return message.method not in _OURS


def passed_on(message: Message, server: str, least: str | None, *, prefixed: bool) -> bytes | None:
    """The notification as a line for a client; None where it is not to hear that.

    least: of log messages, how severe they are at least; None for all. prefixed: whether the client has all servers
    together. It is told then whose log message that is, and nothing that the protocol does not know.
    """
    params = message.params if isinstance(message.params, Raw) else NO_FIELDS
    if message.method != LOG:
        return None if prefixed or not isinstance(message.method, str) else notification(message.method, params)
    fields = fields_of(params) or {}
    if least and not reaches(text_of(fields.get("level")), least):
        return None
    if prefixed:
        logger = text_of(fields.get("logger"))
        fields["logger"] = raw(f"{server}/{logger}" if logger else server)
    return notification(LOG, as_object(fields))


def told_alone(message: Message, server: str, least: str | None, *, prefixed: bool) -> bytes | None:
    """The notification of a server that a client has for itself; see `passed_on`."""
    if message.method not in _OF_ONE or not isinstance(message.method, str):
        return None
    if message.method == LOG:
        return passed_on(message, server, least, prefixed=prefixed)
    params = message.params if isinstance(message.params, Raw) else NO_FIELDS
    fields = fields_of(params) or {}
    uri = text_of(fields.get("uri")) if prefixed else None
    return notification(
        message.method, params if uri is None else as_object({**fields, "uri": raw(uri_name(server, uri))})
    )
