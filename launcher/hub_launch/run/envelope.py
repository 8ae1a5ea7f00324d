"""The headers of a request of the newer protocol, for gateways that do not read it; the rest is eras.for_server."""

import base64
import re

from hub_launch.run.eras import MODERN, PROTOCOL_VERSION_KEY
from hub_launch.run.messages import NO_FIELDS, Fields, fields_of, text_of

# What is named in a header, so that gateways can tell requests apart without reading them.
NAMED_BY = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
_PLAIN = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?|")
_ENCODED = re.compile(r"=\?base64\?(.*)\?=")


def is_modern(version: str | None) -> bool:
    """Whether that version of the protocol has no sessions."""
    return version is not None and version >= MODERN


def version_in(fields: Fields) -> str | None:
    """The version that a request's parameters say they are written in."""
    meta = fields_of(fields.get("_meta", NO_FIELDS)) or {}
    return text_of(meta.get(PROTOCOL_VERSION_KEY))


def modern_headers(method: str, fields: Fields) -> list[tuple[bytes, bytes]]:
    """The headers that repeat what a modern request asks for."""
    headers = [(b"mcp-method", method.encode())]
    name = text_of(fields.get(NAMED_BY.get(method, "")))
    return headers if name is None else [*headers, (b"mcp-name", header_value(name))]


def header_value(text: str) -> bytes:
    """`text` as a header's value: in base64 where it would not arrive as it is (SEP-2243)."""
    if _PLAIN.fullmatch(text) and not _ENCODED.fullmatch(text):
        return text.encode()
    return b"=?base64?" + base64.b64encode(text.encode()) + b"?="


def header_text(value: bytes) -> str | None:
    """What header_value() made a header's value of; None for one that it never makes."""
    text = value.decode("latin-1")
    encoded = _ENCODED.fullmatch(text)
    if encoded is None:
        return text if _PLAIN.fullmatch(text) else None
    try:
        return base64.b64decode(encoded[1], validate=True).decode()
    except ValueError:
        return None
