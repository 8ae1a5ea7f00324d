"""What an unquoted YAML scalar means: the same to every reader, or nothing.

YAML 1.1 (PyYAML, Ruby, Go's yaml.v2) and 1.2 (most of JavaScript, yaml.v3) disagree about `no`, `010`, `1e3` or
`12:30:00`. In entries those are refused, so that no reader ever sees another value than the publisher meant.
"""

import json
import math
import re
from dataclasses import dataclass

from hub_launch.judge.findings import MAX_QUOTED, quoted

# Beyond this, JavaScript reads another number than Python (2^53).
MAX_EXACT_INTEGER = 2**53
# No number in an OpenAPI document needs more; Python's own conversion of very long ones takes quadratic time.
MAX_NUMBER_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a scalar has no value, and what to write instead."""

    rule: str
    message: str
    hint: str


Plain = str | int | float | bool | None | Refused

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_NULL = frozenset(["", "~", "null", "Null", "NULL"])
_BOOLEANS = frozenset(
    form for word in ("y", "n", "yes", "no", "on", "off", "true", "false")
    for form in (word, word.capitalize(), word.upper())
) - {"true", "false"}  # fmt: skip

# Everything that some version of YAML reads as a number or a date: the union of both specifications and of PyYAML.
_NUMBER_LIKE = re.compile(
    r"""[-+]?0b[01_]+ | [-+]?0o?[0-7_]+ | [-+]?0x[0-9a-fA-F_]+ | [-+]?[0-9][0-9_]*
      | [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?
      | [-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9_]+)([eE][-+]?[0-9]+)? | [-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
      | [-+]?\.(inf|Inf|INF) | \.(nan|NaN|NAN)""",
    re.VERBOSE,
)
_DATE_LIKE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?", re.DOTALL)
# The first characters of all that is not plainly text; most scalars are done after one look.
_ODD_START = frozenset("0123456789+-.~=<")

# YAML 1.2's core schema, for documents that are written for YAML 1.2 readers.
_CORE_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+")
_CORE_WORDS = {form: word == "true" for word in ("true", "false") for form in (word, word.title(), word.upper())}


def strict_plain(text: str) -> Plain:
    """The one value that every YAML reader sees in the plain scalar `text`, or why there is none."""
    if text in _NULL:
        return Refused("no-value", "no value", "give it one, or remove the key")
    if text in ("true", "false"):
        return text == "true"
    if text in _BOOLEANS:
        return _ambiguous(text, "for true or false", f'quote it if it is text: "{text}"; else write true or false')
    if text[0] not in _ODD_START:
        return text
    return _number(text)


def lenient_plain(text: str) -> Plain:
    """The value of the plain scalar `text` in YAML 1.2 with JSON's types; dates, `yes` and the like are text."""
    if text in _NULL:
        return None
    if text in _CORE_WORDS:
        return _CORE_WORDS[text]
    if not _CORE_NUMBER.fullmatch(text):
        return text
    value = _core_number(text) if len(text) <= MAX_NUMBER_LENGTH else math.inf
    if math.isfinite(value):
        return value
    return Refused("number", "a number that JSON readers cannot hold", "quote it if it is text")


def _number(text: str) -> Plain:
    if _INTEGER.fullmatch(text) and text != "-0" and len(text) <= MAX_NUMBER_LENGTH:
        value = int(text)
        return value if abs(value) <= MAX_EXACT_INTEGER else _quote(text, "for a number, not all for the same")
    if _FLOAT.fullmatch(text):
        short = json.dumps(float(text))
        return float(text) if short == text else _quote(text, f"for the number {short}")
    if _NUMBER_LIKE.fullmatch(text):
        return _quote(text, "for a number")
    if text in ("=", "<<"):
        return _quote(text, "for an instruction")
    return _quote(text, "for a date") if _DATE_LIKE.fullmatch(text) else text


def _core_number(text: str) -> int | float:
    if text[:2] in ("0o", "0x"):
        return int(text, 0)
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _quote(text: str, taken: str) -> Refused:
    return _ambiguous(text, taken, f'quote it: "{text}"' if len(text) <= MAX_QUOTED else "quote it")


def _ambiguous(text: str, taken: str, hint: str) -> Refused:
    return Refused("ambiguous", f"YAML readers take {quoted(text)} {taken}", hint)
