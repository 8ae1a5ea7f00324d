"""A server's offer as clients know it: its definitions under the names that they call them by, and those names back."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Raw

from hub_launch.hub.methods import PROMPT, TOOL
from hub_launch.hub.naming import split_name, tool_name, uri_name
from hub_launch.hub.shelves import Shelf, Shown
from hub_launch.run.messages import Fields, as_object, fields_of, raw
from hub_launch.run.offer import KINDS, Definition, Kind, Offer
from hub_launch.run.selection import Selection
from hub_launch.run.server import Server

_Own = Mapping[str, Definition]
_Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as it is passed on."""

    offer: Offer
    selection: Selection
    """What the user says of tools."""
    lists: Mapping[str, bytes]
    """Definitions, joined by commas, by the offer's field."""
    own: Mapping[str, _Own]
    """By kind, and by what is left of the hub's names without the server's part."""
    uris: frozenset[str]
    shelf: Shelf


def offered(server: Server, offer: Offer, *, prefixed: bool) -> Offered:
    """What a server offers, to all clients or to one; under the hub's names, or under its own."""
    status = server.status
    names = _names(server, offer) if prefixed else {}
    own = {TOOL: _own(offer.tools, names.get(TOOL, {})), PROMPT: _own(offer.prompts, names.get(PROMPT, {}))}
    shown = {
        field: _shown(status.id, kind, getattr(offer, field), names.get(kind.word), own.get(kind.word, {}))
        if prefixed
        else tuple(Shown(one.name, one.name, one.raw) for one in getattr(offer, field))
        for field, kind in KINDS.items()
    }
    return Offered(
        offer,
        server.selection,
        {field: b",".join(bytes(one.raw) for one in listed) for field, listed in shown.items()},
        own,
        frozenset(one.name for one in offer.resources),
        Shelf(status.id, status.title, shown["tools"]),
    )


def _names(server: Server, offer: Offer) -> dict[str, _Names]:
    """The hub's names for a server's tools and prompts, by their own."""
    name = server.status.id
    chosen = server.selection.names(name, [one.name for one in offer.tools])
    return {
        TOOL: {own: tool_name(name, wanted) for own, wanted in chosen.items()},
        PROMPT: {one.name: tool_name(name, one.name) for one in offer.prompts},
    }


def _own(definitions: tuple[Definition, ...], names: _Names) -> dict[str, Definition]:
    """Definitions by what is left of their names; those that are changed go by their own names as well.

    One whose changed name is another's own is not listed, and goes by its own name alone.
    """
    own = {one.name: one for one in definitions}
    for one in definitions:
        own.setdefault(split_name(names[one.name])[1] if names else one.name, one)
    return own


def _shown(
    server: str, kind: Kind, definitions: tuple[Definition, ...], names: _Names | None, own: _Own
) -> tuple[Shown, ...]:
    """Definitions of one kind under the hub's names."""
    if names is None:
        pairs = [(one, uri_name(server, one.name)) for one in definitions]
    else:
        pairs = [(one, names[one.name]) for one in definitions if own[split_name(names[one.name])[1]] is one]
    return tuple(Shown(name, one.name, _renamed(one, kind.name, name)) for one, name in pairs)


def _renamed(definition: Definition, field: str, name: str) -> Raw:
    fields: Fields = fields_of(definition.raw) or {}
    return as_object({**fields, field: raw(name)})
