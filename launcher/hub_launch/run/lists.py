"""Asking a server for all that it offers, within bounds."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import msgspec
from msgspec import Raw

from hub_launch.run.link import METHOD_NOT_FOUND, ProtocolError
from hub_launch.run.messages import Fields, Message, error_text, fields_of, raw, text_of
from hub_launch.run.offer import KINDS, Definition, Greeting, Kind, Offer, read_definition

# An assistant reads every definition at the beginning of every conversation: the largest servers have a few hundred.
MAX_DEFINITIONS = 5_000
# All pages of one list together; a tool is about 800 bytes.
MAX_LIST_BYTES = 16 * 1024 * 1024
# At ten to a page, still as many as there may be.
MAX_PAGES = 500
# Of what is left out, as many are told as anybody would read.
MAX_TOLD = 5

Ask = Callable[[str, Fields], Awaitable[Message]]
"""Sends a request with these parameters, and waits for the response."""

_items = msgspec.json.Decoder(list[Raw])


@dataclass(slots=True)
class _Listed:
    """What came so far of one list."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    size: int = 0
    count: int = 0


async def ask_offer(ask: Ask, greeting: Greeting) -> Offer:
    """All that the server offers.

    What is malformed is left out and told. Raises ProtocolError for a list that is no list, or too large or endless.
    """
    found = {name: await _ask_list(ask, kind, greeting) for name, kind in KINDS.items()}
    left_out = [text for one in found.values() for text in one.left_out]
    if len(left_out) > MAX_TOLD:
        left_out[MAX_TOLD:] = [f"{len(left_out) - MAX_TOLD} more"]
    lists = {name: tuple(one.definitions.values()) for name, one in found.items()}
    return Offer(**lists, greeting=greeting, left_out=tuple(left_out))


async def _ask_list(ask: Ask, kind: Kind, greeting: Greeting) -> _Listed:
    listed = _Listed()
    # Tools are asked for in any case: there are servers that forget to say that they have some.
    if kind.capability not in greeting.capabilities and kind.capability != "tools":
        return listed
    cursor: Raw | None = None
    for _ in range(MAX_PAGES):
        message = await ask(kind.method, {"cursor": cursor} if cursor else {})
        page = fields_of(message.result) if isinstance(message.result, Raw) else None
        if page is None:
            if _is_unknown(message) or kind.capability != "tools":
                return listed
            raise ProtocolError(f"it answered {kind.method} with an error: {error_text(message)}")
        _take(listed, kind, page)
        following = page.get("nextCursor")
        # Some servers say at the end where they are, and mean that there is no more.
        if following is None or text_of(following) is None or following == cursor:
            return listed
        cursor = following
    raise ProtocolError(f"its answer to {kind.method} has no end: {MAX_PAGES} pages were read")


def _take(listed: _Listed, kind: Kind, page: Fields) -> None:
    try:
        items = _items.decode(page.get(kind.key, b"null"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"its answer to {kind.method} has no list `{kind.key}`") from error
    listed.count += len(items)
    listed.size += sum(len(bytes(item)) for item in items)
    if listed.count > MAX_DEFINITIONS or listed.size > MAX_LIST_BYTES:
        bounds = f"{MAX_DEFINITIONS:,} of them and {MAX_LIST_BYTES // 1024**2} MB"
        raise ProtocolError(f"it offers too many or too large {kind.word}s: {bounds} are the most that is passed on")
    for item in items:
        read = read_definition(kind, item.copy())
        if isinstance(read, str):
            listed.left_out.append(read)
        elif listed.definitions.setdefault(read.name, read) is not read:
            listed.left_out.append(f"a second {kind.word} '{read.name}'")


def _is_unknown(message: Message) -> bool:
    error = fields_of(message.error) if isinstance(message.error, Raw) else None
    return error is not None and bytes(error.get("code", b"")) == bytes(raw(METHOD_NOT_FOUND))
