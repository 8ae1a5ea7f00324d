"""Hearing of it when a server changes what it offers."""

from hub_launch.run.eras import LEGACY, for_server
from hub_launch.run.link import Link, LinkGone
from hub_launch.run.messages import Message, raw
from hub_launch.run.offer import Greeting

NOTIFICATIONS = {kind: f"notifications/{kind}/list_changed" for kind in ("tools", "prompts", "resources")}
"""What tells that a list has changed, by the capability that it belongs to; templates are told of with resources."""

FILTERS = {kind: f"{kind}ListChanged" for kind in NOTIFICATIONS}
"""How `subscriptions/listen` asks to be told of it (2026-07-28), by the same."""

_LIST_CHANGED = frozenset(NOTIFICATIONS.values())


async def listen(link: Link, greeting: Greeting) -> None:
    """Have a server of the newer protocol tell of its changes, until the link ends. One of the older does so anyway."""
    wanted = {name: True for key, name in FILTERS.items() if _changes(greeting, key)}
    if greeting.era == LEGACY or not wanted:
        return
    try:
        await link.request("subscriptions/listen", for_server(greeting.era, {"notifications": raw(wanted)}))
    except LinkGone:
        return


def is_list_changed(message: Message) -> bool:
    """Whether the server says that one of its lists is not what it was."""
    return message.method in _LIST_CHANGED


def _changes(greeting: Greeting, key: str) -> bool:
    capability = greeting.capabilities.get(key)
    return isinstance(capability, dict) and capability.get("listChanged") is True
