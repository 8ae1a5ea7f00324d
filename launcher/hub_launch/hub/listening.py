"""What a client that listens is sent: in the older protocol on its session's stream, in the newer on the request's."""

from collections.abc import AsyncIterator

from hub_launch.hub.changes import Listener
from hub_launch.run.changes import FILTERS, NOTIFICATIONS
from hub_launch.run.eras import SUBSCRIPTION_KEY
from hub_launch.run.messages import Fields, RequestId, fields_of, notification, raw

# What may be asked for, with the notification that it means.
_FILTERS = {name: NOTIFICATIONS[kind] for kind, name in FILTERS.items()}


def granted(params: Fields) -> frozenset[str] | None:
    """The filters of a `subscriptions/listen` that are honoured; None for a request that is wrong."""
    wanted = fields_of(params["notifications"]) if "notifications" in params else None
    if wanted is None:
        return None
    return frozenset(name for name in _FILTERS if bytes(wanted.get(name, b"")) == b"true")


async def subscription_news(listener: Listener, number: RequestId, wanted: frozenset[str]) -> AsyncIterator[bytes]:
    """The acknowledgement, and then notifications for the listener of the request with that number."""
    meta = {SUBSCRIPTION_KEY: number}
    honoured = {"notifications": dict.fromkeys(sorted(wanted), True), "_meta": meta}
    yield notification("notifications/subscriptions/acknowledged", raw(honoured))
    methods = {_FILTERS[name] for name in wanted}
    async for method in listener.told():
        if method in methods:
            yield notification(method, raw({"_meta": meta}))


async def session_news(listener: Listener) -> AsyncIterator[bytes]:
    """The notifications for a session."""
    async for method in listener.told():
        yield notification(method, raw({}))
