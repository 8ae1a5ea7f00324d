"""The requests that are passed on, and what in each names a thing of a server's.

A request whose method is not here names nothing: only somebody who speaks to one server may send it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hub_launch.run.messages import NO_FIELDS, Fields, as_object, fields_of, raw, text_of

TOOL = "tool"
PROMPT = "prompt"
RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class Named:
    """What a request is about: a TOOL, a PROMPT or a RESOURCE, and what the client calls it."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Method:
    """Where the name is, and how it is replaced by the server's own."""

    named: Callable[[Fields], Named | None]
    """None for parameters that name nothing."""
    renamed: Callable[[Fields, str], Fields]


def _field(kind: str, key: str) -> Method:
    def named(params: Fields) -> Named | None:
        name = text_of(params.get(key))
        return None if name is None else Named(kind, name)

    return Method(named, lambda params, own: {**params, key: raw(own)})


# What a completion is for (`ref`), by its type: the kind, and the key of its name.
_REFERENCES = {"ref/prompt": (PROMPT, "name"), "ref/resource": (RESOURCE, "uri")}


def _referred(params: Fields) -> Named | None:
    reference, (kind, key) = _reference(params)
    name = text_of(reference.get(key))
    return None if name is None else Named(kind, name)


def _refer(params: Fields, own: str) -> Fields:
    reference, (_, key) = _reference(params)
    return {**params, "ref": as_object({**reference, key: raw(own)})}


def _reference(params: Fields) -> tuple[Fields, tuple[str, str]]:
    reference = fields_of(params.get("ref", NO_FIELDS)) or {}
    return reference, _REFERENCES.get(text_of(reference.get("type")) or "", ("", ""))


_OLDER = frozenset({"initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"})
_NEWER = frozenset({"server/discover", "subscriptions/listen"})


def is_foreign(method: str, *, modern: bool) -> bool:
    """Whether only the other version of the protocol has that method."""
    return method in (_OLDER if modern else _NEWER)


METHODS: Mapping[str, Method] = {
    "tools/call": _field(TOOL, "name"),
    "prompts/get": _field(PROMPT, "name"),
    "resources/read": _field(RESOURCE, "uri"),
    "resources/subscribe": _field(RESOURCE, "uri"),
    "resources/unsubscribe": _field(RESOURCE, "uri"),
    "completion/complete": Method(_referred, _refer),
}
