"""What a client that listens is sent: in the older protocol on its session's stream, in the newer on the request's."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, Raw

from hub_launch.hub.attempts import START_WAIT_SECONDS
from hub_launch.hub.caller import Caller
from hub_launch.hub.changes import Listener
from hub_launch.hub.desk import Desk
from hub_launch.hub.mail import Mail
from hub_launch.hub.methods import RESOURCE, Named
from hub_launch.hub.naming import uri_name
from hub_launch.hub.outcome import Refused
from hub_launch.hub.passing import ACKNOWLEDGED, UPDATED
from hub_launch.hub.subscriptions import Subscriptions, Told
from hub_launch.run.changes import FILTERS, NOTIFICATIONS
from hub_launch.run.eras import SUBSCRIPTION_KEY
from hub_launch.run.messages import (
    Fields,
    Message,
    RequestId,
    as_object,
    fields_of,
    notification,
    raw,
    text_of,
    texts_of,
)
from hub_launch.run.server import Server

SUBSCRIBING = frozenset({"resources/subscribe", "resources/unsubscribe"})
"""The requests with which a client of the older protocol asks to hear of a resource, or no more."""

# What may be asked for, with the notification that it means.
_FILTERS = {name: NOTIFICATIONS[kind] for kind, name in FILTERS.items()}
_RESOURCES = "resourceSubscriptions"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a `subscriptions/listen` asks for."""

    lists: frozenset[str]
    """Filters."""
    uris: tuple[str, ...]
    """Of resources, as the client calls them."""


def wanted_of(params: Fields) -> Wanted | None:
    """What the request asks for and there is; None for one that is wrong."""
    asked = fields_of(params["notifications"]) if "notifications" in params else None
    if asked is None:
        return None
    lists = frozenset(name for name in _FILTERS if bytes(asked.get(name, b"")) == b"true")
    return Wanted(lists, tuple(dict.fromkeys(texts_of(asked.get(_RESOURCES)))))


async def subscription_news(
    desk: Desk, listener: Listener, subscriptions: Subscriptions, number: RequestId, wanted: Wanted
) -> AsyncIterator[bytes]:
    """The acknowledgement, and then notifications for the listener of the request with that number.

    The listener is the client of the subscriptions, which whoever made it has to forget.
    """
    meta, mail = raw({SUBSCRIPTION_KEY: number}), Mail()

    def say(fields: Fields) -> None:
        mail.put(notification(UPDATED, as_object({**fields, "_meta": meta})))

    subscribed = await asyncio.gather(*(_subscribed(desk, subscriptions, uri, listener, say) for uri in wanted.uris))
    honoured: dict[str, Any] = dict.fromkeys(sorted(wanted.lists), True)
    if uris := [uri for uri in subscribed if uri]:
        honoured[_RESOURCES] = uris
    yield notification(ACKNOWLEDGED, as_object({"notifications": raw(honoured), "_meta": meta}))
    methods = {_FILTERS[name] for name in wanted.lists}
    async for line in mail.with_news(_changes(listener, methods, as_object({"_meta": meta}))):
        yield line


async def session_news(listener: Listener) -> AsyncIterator[bytes]:
    """The notifications for a session."""
    async for method in listener.told():
        yield notification(method, raw({}))


async def subscribing(
    subscriptions: Subscriptions, server: Server, method: str, params: Fields, caller: Caller
) -> Message:
    """A server's answer to a client of the older protocol that asks to hear of a resource. Raises Refused."""
    client, uri = caller.client, text_of(params.get("uri")) or ""
    if client is None:
        raise ValueError("only a session can subscribe")
    if method == "resources/unsubscribe":
        return await subscriptions.remove(server, uri, client)

    def say(fields: Fields) -> None:
        client.tell(notification(UPDATED, as_object(fields)))

    return await subscriptions.add(server, uri, client, _named(server, say, prefixed=caller.prefixed))


async def _subscribed(desk: Desk, subscriptions: Subscriptions, uri: str, client: Listener, say: Told) -> str | None:
    """The address, if whoever has the resource tells of it."""
    server, own = desk.find(Named(RESOURCE, uri))
    if server is None:
        return None
    if not server.serving:
        # Which of the two eras it speaks is known then.
        await server.wanted(START_WAIT_SECONDS)
    try:
        answer = await subscriptions.add(server, own, client, _named(server, say, prefixed=desk.prefixed))
    except Refused:
        # What is not acknowledged was refused.
        return None
    return uri if answer.error is UNSET else None


def _named(server: Server, say: Told, *, prefixed: bool) -> Told:
    """Says the same with the address as the client knows it."""
    name = server.status.id

    def said(fields: Fields) -> None:
        uri = text_of(fields.get("uri")) or ""
        say({**fields, "uri": raw(uri_name(name, uri))})

    return said if prefixed else say


async def _changes(listener: Listener, methods: set[str], params: Raw) -> AsyncIterator[bytes]:
    async for method in listener.told():
        if method in methods:
            yield notification(method, params)
