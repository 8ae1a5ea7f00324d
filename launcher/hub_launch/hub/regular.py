"""Which requests are regular in every respect, so that they need no knowledge of all the protocol's rules."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

import mcp_types
from msgspec import Raw
from starlette.types import Scope

from hub_launch.run.messages import Fields, Message, RequestId, fields_of, text_of

MODERN = b"2026-07-28"
LEGACY = frozenset({b"2025-11-25", b"2025-06-18", b"2025-03-26"})

METHODS = frozenset({"tools/call", "tools/list"})

Headers = Mapping[bytes, bytes]

_NULL = Raw(b"null")


@dataclass(frozen=True, slots=True)
class Request:
    """A regular request. session: None for a client of the newer protocol, which has none."""

    id: RequestId
    method: str
    params: Fields
    session: bytes | None

    @property
    def modern(self) -> bool:
        """Whether the client speaks the newer protocol."""
        return self.session is None


def headers_of(scope: Scope) -> Headers:
    """The request's headers by name."""
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        # Two of one name: the reader decides which counts, so none is read here.
        headers[name] = b"" if name in headers else value
    return headers


def regular(headers: Headers, message: Message, sessions: Container[bytes]) -> Request | None:
    """The request in `message`, or None if anything about it or its headers is unusual.

    sessions: those that clients of the older protocol have opened.
    """
    if message.method not in METHODS or not isinstance(message.id, int | str):
        return None
    accept = headers.get(b"accept", b"")
    if b"application/json" not in accept or b"text/event-stream" not in accept:
        return None
    if not headers.get(b"content-type", b"").startswith(b"application/json"):
        return None
    params = fields_of(message.params)
    if params is None:
        return None
    if headers.get(b"mcp-protocol-version") == MODERN:
        return Request(message.id, message.method, params, None) if _agree(headers, message, params) else None
    session = headers.get(b"mcp-session-id", b"")
    known = session in sessions and headers.get(b"mcp-protocol-version") in (None, *LEGACY)
    return Request(message.id, message.method, params, session) if known else None


def is_modern(params: Fields) -> bool:
    """Whether a request says of itself what the newer protocol wants it to say."""
    meta = fields_of(params.get("_meta", _NULL)) or {}
    version = text_of(meta.get(mcp_types.PROTOCOL_VERSION_META_KEY))
    capabilities = fields_of(meta.get(mcp_types.CLIENT_CAPABILITIES_META_KEY, _NULL))
    return version == MODERN.decode() and capabilities is not None


def _agree(headers: Headers, message: Message, params: Fields) -> bool:
    """Whether headers and body say the same, as the newer protocol wants; encoded header values are left to others."""
    name = text_of(params.get("name"))
    return (
        is_modern(params)
        and headers.get(b"mcp-method", b"").decode("latin-1") == message.method
        and (message.method == "tools/list" or headers.get(b"mcp-name", b"=?").decode("latin-1") == name)
        and not any(header.startswith(b"mcp-param-") for header in headers)
    )
