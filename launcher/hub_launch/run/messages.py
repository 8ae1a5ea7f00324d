"""JSON-RPC messages with their contents left as bytes: what is only passed on is never taken apart.

A message is checked to be JSON and UTF-8 throughout, in one pass and without building it, so that what reaches the
other side is what was sent, with big numbers and the order of keys as they were.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from hub_launch.text import printable, shortened

RequestId = int | str

Fields = dict[str, Raw]
"""An object's values as bytes, by key."""


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request (method and id), a notification (method), or a response (id, and result or error)."""

    jsonrpc: str
    # Null in an error about a request that could not be read.
    id: RequestId | UnsetType | None = UNSET
    method: str | UnsetType = UNSET
    params: Raw | UnsetType = UNSET
    result: Raw | UnsetType = UNSET
    error: Raw | UnsetType = UNSET


class _Asked(msgspec.Struct):
    """A request, whatever its id is."""

    id: Raw
    method: str


# An escaped backslash, a whole character in two parts, or one part alone.
_SURROGATES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)

# Of the number of a request of ours: enough for a million a second until the sun goes out. Python refuses thousands.
_MAX_DIGITS = 18

_message = msgspec.json.Decoder(Message)
_asked = msgspec.json.Decoder(_Asked)
_id = msgspec.json.Decoder(RequestId)
_fields = msgspec.json.Decoder(Fields)
_text = msgspec.json.Decoder(str)
_texts = msgspec.json.Decoder(list[str])
_object = msgspec.json.Decoder(dict[str, Any])
_encode = msgspec.json.Encoder().encode

NO_FIELDS = Raw(b"{}")


def read_message(line: bytes | None) -> Message | None:
    """The message in `line`, or None: banners, logs and broken bytes are none."""
    if line is None:
        return None
    try:
        if not line.isascii():
            line.decode()
        message = _message.decode(line)
    except RecursionError:
        return None
    except ValueError:
        # Half of a character, as JavaScript's `slice` leaves of an emoji: no reason to lose what stands beside it.
        whole = _SURROGATES.sub(_replaced, line) if b"\\ud" in line or b"\\uD" in line else line
        return read_message(whole) if whole != line else None
    return message if message.jsonrpc == "2.0" else None


def is_misnumbered(line: bytes) -> bool:
    """Whether `line` is a request with an id that MCP does not know: null, or a number that is not whole."""
    try:
        asked = _asked.decode(line)
    except (ValueError, RecursionError):
        return False
    try:
        _id.decode(asked.id)
    except (ValueError, RecursionError):
        return True
    return False


def _replaced(match: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if match["half"] else match[0]


def fields_of(raw: Raw | UnsetType) -> Fields | None:
    """The values of the object `raw`, or None if it is none."""
    if raw is UNSET:
        return {}
    try:
        return _fields.decode(raw)
    except (ValueError, RecursionError):
        return None


def text_of(raw: Raw | None) -> str | None:
    """The text that `raw` is, or None if it is none."""
    if raw is None:
        return None
    try:
        return _text.decode(raw)
    except ValueError:
        return None


def texts_of(raw: Raw | None) -> list[str]:
    """The texts in the list that `raw` is; none if it is no list of texts."""
    if raw is None:
        return []
    try:
        return _texts.decode(raw)
    except ValueError:
        return []


def number_of(raw: Raw | None) -> int | None:
    """The number that `raw` is, as we count our requests; None if it is none of that kind."""
    digits = b"" if raw is None else bytes(raw)
    return int(digits) if digits.isdigit() and len(digits) <= _MAX_DIGITS else None


def object_of(value: Raw | UnsetType) -> dict[str, Any] | None:
    """The object `value` with everything in it, or None if it is none."""
    if value is UNSET:
        return None
    try:
        return _object.decode(value)
    except (ValueError, RecursionError):
        return None


def error_text(message: Message) -> str:
    """What an error says, safe to print; its code where it says nothing."""
    error = object_of(message.error)
    if error is None:
        return "its answer is no object"
    return shortened(printable(str(error.get("message") or f"error {error.get('code')}")))


def raw(value: object) -> Raw:
    """`value` as JSON."""
    return Raw(_encode(value))


def as_object(fields: Mapping[str, Raw]) -> Raw:
    """The object with these values."""
    return Raw(_encode(fields))


def request(number: RequestId, method: str, params: Raw) -> bytes:
    """A request, as a line."""
    return _encode({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + b"\n"


def notification(method: str, params: Raw) -> bytes:
    """A notification, as a line."""
    return _encode({"jsonrpc": "2.0", "method": method, "params": params}) + b"\n"


def response(number: RequestId, result: Raw) -> bytes:
    """A response."""
    return _encode({"jsonrpc": "2.0", "id": number, "result": result})


def failure(number: RequestId, code: int, message: str) -> bytes:
    """An error response of our own."""
    return _encode({"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}})


def with_progress_token(params: Raw, token: int) -> Raw:
    """The parameters of a request, whose progress is to be reported under that token."""
    fields = fields_of(params) or {}
    meta = fields_of(fields.get("_meta", NO_FIELDS)) or {}
    return as_object({**fields, "_meta": as_object({**meta, "progressToken": raw(token)})})


def error(number: RequestId, raw_error: Raw) -> bytes:
    """A response that says what went wrong."""
    return _encode({"jsonrpc": "2.0", "id": number, "error": raw_error})
