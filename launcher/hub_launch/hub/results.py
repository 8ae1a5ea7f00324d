"""A server's result as the client can use it: in the client's version of the protocol, with the hub's names in it."""

from collections.abc import Callable

import msgspec
from msgspec import Raw

from hub_launch.run.messages import Fields, as_object, fields_of, raw, text_of

COMPLETE = bytes(raw("complete"))

# Results that the newer protocol wants to say how long they hold (`CACHEABLE_METHODS` of the SDK), and what is said of
# those that come from a server of the older: nobody keeps them.
_CACHEABLE = frozenset({"resources/read"})
_FRESH = {"ttlMs": raw(0), "cacheScope": raw("private")}

_items = msgspec.json.Decoder(list[Fields])

Rename = Callable[[str], str]
"""From a server's own address for a resource to the client's."""


def in_era(method: str, fields: Fields, *, modern: bool) -> Raw:
    """The result with what the client's protocol adds to results, and without what only the other one has."""
    kind = fields.pop("resultType", None)
    if modern:
        # What asks for more input is no result yet, and holds for this request alone.
        fresh = _FRESH if method in _CACHEABLE and (kind is None or bytes(kind) == COMPLETE) else {}
        return as_object({**fresh, **fields, "resultType": kind or Raw(COMPLETE)})
    if method in _CACHEABLE:
        fields = {key: value for key, value in fields.items() if key not in _FRESH}
    return as_object(fields)


def named(method: str, fields: Fields, rename: Rename) -> Fields:
    """The result with the addresses in it as the client has to call them."""
    if method == "resources/read":
        return _each(fields, "contents", lambda item: _renamed(item, rename))
    # Looked into only where there may be one: most results are text, some are long.
    if method == "tools/call" and b'"resource' in bytes(fields.get("content", b"")):
        return _each(fields, "content", lambda item: _linked(item, rename))
    if method == "prompts/get":
        return _each(fields, "messages", lambda item: _in_content(item, rename))
    return fields


def _each(fields: Fields, key: str, change: Callable[[Fields], Fields]) -> Fields:
    try:
        items = _items.decode(fields.get(key, b"[]"))
    except (ValueError, RecursionError):
        return fields
    return {**fields, key: raw([as_object(change(item)) for item in items])} if items else fields


def _in_content(message: Fields, rename: Rename) -> Fields:
    content = fields_of(message["content"]) if "content" in message else None
    return {**message, "content": as_object(_linked(content, rename))} if content else message


def _linked(item: Fields, rename: Rename) -> Fields:
    """A part of a tool's or a prompt's content: a link to a resource, one that is embedded, or something else."""
    kind = text_of(item.get("type"))
    if kind == "resource_link":
        return _renamed(item, rename)
    inside = fields_of(item["resource"]) if kind == "resource" and "resource" in item else None
    return {**item, "resource": as_object(_renamed(inside, rename))} if inside else item


def _renamed(item: Fields, rename: Rename) -> Fields:
    uri = text_of(item.get("uri"))
    return item if uri is None else {**item, "uri": raw(rename(uri))}
