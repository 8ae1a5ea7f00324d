"""The hub's own tools: their names, their definitions, and what their arguments mean.

They are called as FastMCP's search transforms call them, so that assistants that know those know these.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Raw

from hub_launch.hub.outcome import Outcome, Refused
from hub_launch.hub.shelves import Shelf
from hub_launch.run.messages import Fields, fields_of, raw, text_of
from hub_launch.text import printable, shortened

SEARCH, LIST, CALL = "search_tools", "list_available_tools", "call_tool"

OWN_TOOLS = frozenset({SEARCH, LIST, CALL})
"""The hub's own names among its servers' tools."""

# As many as FastMCP's; with more, finding tools costs what it is to save.
DEFAULT_RESULTS = 5
MAX_RESULTS = 20
# Servers that are named where tools are searched; assistants guess from the names what is there.
_NAMED_SERVERS = 30


def inner_call(params: Fields) -> Fields:
    """The parameters of the call that `call_tool` is to make. Raises Refused."""
    arguments = arguments_of(params)
    name = text_of(arguments.get("name"))
    if not name:
        raise _unclear(f"{CALL} needs `name`, a tool's name as {SEARCH} gives it, and the tool's `arguments`")
    if name in OWN_TOOLS:
        raise _unclear(f"{name} is called by itself, and not with {CALL}")
    given = arguments.get("arguments", Raw(b"{}"))
    # Some models write the arguments of a tool within a tool as a text.
    text = text_of(given)
    inner = fields_of(Raw(text.encode()) if text is not None else Raw(b"{}") if bytes(given) == b"null" else given)
    if inner is None:
        raise _unclear(f"`arguments` of {CALL} has to be an object: the arguments of {printable(shortened(name))}")
    return {**params, "name": raw(name), "arguments": raw(inner)}


def arguments_of(params: Fields) -> Fields:
    """The arguments of a call, by name."""
    found = fields_of(params.get("arguments", Raw(b"{}")))
    return {} if found is None else found


def limit_of(arguments: Fields) -> int:
    """How many tools are wanted at most; what is no number is as good as none."""
    try:
        wanted = msgspec.json.decode(arguments.get("limit", b"null"), type=int | None)
    except ValueError:
        wanted = None
    return min(max(wanted, 1), MAX_RESULTS) if wanted is not None else DEFAULT_RESULTS


def _unclear(text: str) -> Refused:
    return Refused(text, Outcome.UNKNOWN)


def _servers(shelves: Sequence[Shelf]) -> str:
    names = [f"{shelf.server} ({len(shelf.tools)})" for shelf in shelves if shelf.tools]
    more = [f"and {len(names) - _NAMED_SERVERS} more"] if len(names) > _NAMED_SERVERS else []
    return ", ".join([*names[:_NAMED_SERVERS], *more]) or "none yet"


def definitions(shelves: Sequence[Shelf]) -> list[Raw]:
    """The three tools, for a client of these servers."""
    query = {"type": "string", "description": "What the tool is to do, in a few words; or a part of its name"}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_RESULTS, "default": DEFAULT_RESULTS}
    server = {"type": "string", "description": "List this server's tools only, with what they do"}
    name = {"type": "string", "description": "The tool's name, as it was found"}
    arguments = {"type": "object", "description": "Its arguments, as its inputSchema wants them"}
    found = (
        "Find tools by what they do. Returns the definitions of the best, which are then called with call_tool. "
        f"Tools of these servers are there: {_servers(shelves)}."
    )
    return [
        _definition(SEARCH, found, {"query": query, "limit": limit}, ["query"], reads=True),
        _definition(LIST, "List the names of all tools that call_tool can call.", {"server": server}, [], reads=True),
        _definition(CALL, f"Call a tool that {SEARCH} found.", {"name": name, "arguments": arguments}, ["name"]),
    ]


def _definition(
    name: str, description: str, properties: Mapping[str, Any], required: Sequence[str], *, reads: bool = False
) -> Raw:
    schema = {"type": "object", "properties": properties, "required": required}
    hints = {"annotations": {"readOnlyHint": True, "openWorldHint": False}} if reads else {}
    return raw({"name": name, "description": description, "inputSchema": schema, **hints})
