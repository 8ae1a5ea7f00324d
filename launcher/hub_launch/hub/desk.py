"""Lists and calls of known tools, answered with the bytes that servers sent.

Deals with the regular case only. Whatever is not (a server that is down, a tool nobody knows, a schema that wants its
arguments in headers) is None here and goes to FastMCP, which knows all the rules.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import mcp_types
from msgspec import Raw

from hub_launch import __version__
from hub_launch.run.backend import CALL_SECONDS, Backend, Offer
from hub_launch.run.messages import NO_FIELDS, Fields, as_object, fields_of, raw
from hub_launch.run.relay import ChildGone, OnProgress, Relay
from hub_launch.run.state import SETTLED
from hub_launch.run.supervisor import Server

# Keys of a request's `_meta` that speak about the connection it came over, which is not the one to the server.
_OF_CONNECTION = (
    mcp_types.PROTOCOL_VERSION_META_KEY,
    mcp_types.CLIENT_INFO_META_KEY,
    mcp_types.CLIENT_CAPABILITIES_META_KEY,
)
_HUB = {"name": "mcp-hub", "version": __version__}
_COMPLETE = raw("complete")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: a result, or an error object."""

    result: Raw | None = None
    error: Raw | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A tool that can be called now."""

    server: Server
    backend: Backend
    relay: Relay
    tool: str


@dataclass(frozen=True, slots=True)
class _Known:
    """An offer's tools as they are passed on."""

    offer: Offer
    listed: bytes
    callable: frozenset[str]


class Desk:
    """Several servers' tools under `<id>_<tool>`, or one server's under their own names."""

    def __init__(self, servers: Mapping[str, Server], *, prefixed: bool) -> None:
        self._servers = servers
        self._prefixed = prefixed
        self._known: dict[str, _Known] = {}

    def tools(self, *, modern: bool) -> Raw | None:
        """The result of `tools/list`; None while a server is still starting."""
        servers = self._servers.values()
        if any(server.status.state not in SETTLED for server in servers):
            return None
        listed = b",".join(filter(None, (self._of(server).listed for server in servers if server.serving)))
        return Raw(b'{"tools":[' + listed + (_MODERN_LIST if modern else b"]}"))

    def target(self, name: str) -> Target | None:
        """The tool of that name, if its server is up."""
        server, tool = self._split(name)
        backend = server.backend if server else None
        relay = backend.relay if backend else None
        if server is None or backend is None or relay is None or backend.era is None or not server.serving:
            return None
        return Target(server, backend, relay, tool) if tool in self._of(server).callable else None

    def _split(self, name: str) -> tuple[Server | None, str]:
        if not self._prefixed:
            return next(iter(self._servers.values())), name
        server, _, tool = name.partition("_")
        return self._servers.get(server), tool

    def _of(self, server: Server) -> _Known:
        known = self._known.get(server.status.id)
        if known is None or known.offer is not server.offer:
            prefix = f"{server.status.id}_" if self._prefixed else ""
            known = self._known[server.status.id] = _known(server.offer, prefix)
        return known


async def call(target: Target, params: Fields, *, modern: bool, on_progress: OnProgress | None) -> Answer:
    """Call the tool with a request's `params`, for a client of the newer protocol or of an older one."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            message = await target.relay.request("tools/call", _params(target, params), on_progress)
    except TimeoutError:
        return _failed(f"server '{target.server.status.id}' did not answer within {CALL_SECONDS} s", modern=modern)
    except ChildGone:
        # Waited for, so that the status says how it ended.
        await target.backend.died()
        return _failed(target.server.status.sentence(), modern=modern)
    if isinstance(message.error, Raw):
        return Answer(error=message.error)
    fields = fields_of(message.result)
    if fields is None:
        return _failed(f"server '{target.server.status.id}' sent a result that is no object", modern=modern)
    return _answer(fields, modern=modern)


def _answer(fields: Fields, *, modern: bool) -> Answer:
    kind = fields.pop("resultType", _COMPLETE)
    if modern:
        return Answer(as_object({**fields, "resultType": kind}))
    if bytes(kind) != bytes(_COMPLETE):
        return _failed(
            "the tool asks for more input, which only a client of protocol 2026-07-28 can give", modern=False
        )
    return Answer(as_object(fields))


def _params(target: Target, params: Fields) -> Raw:
    """The parameters as the server is to see them: its own tool's name, and its own connection's `_meta`."""
    meta = fields_of(params.get("_meta", NO_FIELDS)) or {}
    meta = {key: value for key, value in meta.items() if key not in _OF_CONNECTION}
    if target.backend.era != "legacy":
        meta |= zip(_OF_CONNECTION, map(raw, (target.backend.era, _HUB, {})), strict=True)
    fields = {key: value for key, value in params.items() if key != "_meta"}
    return as_object({**fields, "name": raw(target.tool), **({"_meta": as_object(meta)} if meta else {})})


def _failed(text: str, *, modern: bool) -> Answer:
    result = {"content": [{"type": "text", "text": text}], "isError": True}
    return Answer(raw(result | {"resultType": "complete"} if modern else result))


def _known(offer: Offer, prefix: str) -> _Known:
    listed = ",".join(_listed(offer.tools, prefix))
    return _Known(offer, listed.encode(), frozenset(tool.name for tool in offer.tools if _is_plain(tool)))


def _listed(tools: Iterable[mcp_types.Tool], prefix: str) -> Iterable[str]:
    for tool in tools:
        named = tool.model_copy(update={"name": prefix + tool.name})
        yield named.model_dump_json(by_alias=True, exclude_unset=True)


def _is_plain(tool: mcp_types.Tool) -> bool:
    """Whether all arguments travel in the body alone. Where some are in headers too, both have to be compared."""
    return b"x-mcp-header" not in bytes(raw(tool.input_schema))


# A list may change at any time, so that nobody keeps it without asking.
_MODERN_LIST = b'],"cacheScope":"private","ttlMs":0,"resultType":"complete"}'
