"""Which requests are regular in every respect, so that they need no knowledge of all the protocol's rules."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from msgspec import Raw
from starlette.types import Scope

from hub_launch.run.envelope import NAMED_BY, header_text
from hub_launch.run.eras import CLIENT_CAPABILITIES_KEY, LEGACY_VERSIONS, MODERN, PROTOCOL_VERSION_KEY
from hub_launch.run.messages import Fields, Message, RequestId, fields_of, text_of

_LEGACY = frozenset(version.encode() for version in LEGACY_VERSIONS)

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
    if not isinstance(message.method, str) or not isinstance(message.id, int | str) or not is_plain(headers):
        return None
    params = fields_of(message.params)
    if params is None:
        return None
    if headers.get(b"mcp-protocol-version") == MODERN.encode():
        agreed = _agree(headers, message, params)
        return Request(message.id, message.method, params, None) if agreed else None
    session = headers.get(b"mcp-session-id", b"")
    known = session in sessions and headers.get(b"mcp-protocol-version") in (None, *_LEGACY)
    if not known or message.method == "initialize":
        return None
    return Request(message.id, message.method, params, session)


def is_plain(headers: Headers) -> bool:
    """Whether a request's body is JSON, and its answer may be JSON or a stream."""
    accept = headers.get(b"accept", b"")
    takes = b"application/json" in accept and b"text/event-stream" in accept
    return takes and headers.get(b"content-type", b"").startswith(b"application/json")


def is_modern(params: Fields) -> bool:
    """Whether a request says of itself what the newer protocol wants it to say."""
    meta = fields_of(params.get("_meta", _NULL)) or {}
    version = text_of(meta.get(PROTOCOL_VERSION_KEY))
    capabilities = fields_of(meta.get(CLIENT_CAPABILITIES_KEY, _NULL))
    return version == MODERN and capabilities is not None


def _agree(headers: Headers, message: Message, params: Fields) -> bool:
    """Whether headers and body say the same, as the newer protocol wants; arguments in headers are left to others."""
    return (
        is_modern(params)
        and headers.get(b"mcp-method", b"").decode("latin-1") == message.method
        and (message.method not in NAMED_BY or _same_name(headers, text_of(params.get(NAMED_BY[message.method]))))
        and not any(header.startswith(b"mcp-param-") for header in headers)
    )


def _same_name(headers: Headers, name: str | None) -> bool:
    header = headers.get(b"mcp-name")
    return header is not None and name is not None and header_text(header) == name
