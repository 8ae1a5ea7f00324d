"""JSON with comments and trailing commas, as VS Code and Zed write their settings; plain JSON is such, too."""

import json
import re
from collections.abc import Mapping
from typing import Any

# Strings first, so that nothing in them is taken for a comment.
_PIECE = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|[{}\[\],:]|[^\s{}\[\],:"/]+|\s+|.', re.DOTALL)
_INDENT = "  "


def parse(text: str) -> Any:
    """The values; None for a file without any. Raises ValueError."""
    plain = _plain(text)
    return json.loads(plain) if plain.strip() else None


def insertion(text: str, section: tuple[str, ...], name: str, value: Mapping[str, Any]) -> tuple[int, str]:
    """See Format."""
    newline = "\r\n" if "\r\n" in text else "\n"
    if not _plain(text).strip():
        document = _nested(section, {name: value})
        return len(text), json.dumps(document, indent=2, ensure_ascii=False).replace("\n", newline) + newline
    found = _Objects(text)
    depth = len(section)
    while depth and section[:depth] not in found.spans:
        depth -= 1
    if section[:depth] not in found.spans:
        raise ValueError("line 1: it is no object")
    member: Any = _nested((*section[depth:], name), value)
    key, inner = next(iter(member.items()))
    return _member(text, found.spans[section[:depth]], key, inner, newline)


def removal(text: str, section: tuple[str, ...], name: str) -> tuple[int, int]:
    """Where a server stands, with one of the commas beside it. Raises ValueError where it does not."""
    span = _Objects(text).spans.get(section)
    if span is None or name not in span.members:
        raise ValueError(f"it has no {name}")
    start, end = span.members[name]
    after = re.match(r"\s*,", text[end:])
    if after:
        # Up to the next member, which takes its place.
        following = re.match(r"[ \t]*(\r?\n[ \t]*)?", text[end + after.end() :])
        return start, end + after.end() + (following.end() if following else 0)
    before = re.search(r",\s*$", text[span.start + 1 : start])
    return (span.start + 1 + before.start() if before else start), end


def _member(text: str, span: "_Span", key: str, value: Any, newline: str) -> tuple[int, str]:
    """A member at the end of an object."""
    own = _indent_of(text, span.start)
    step = _step(text, span, own)
    inside = own + step
    body = json.dumps(value, indent=step, ensure_ascii=False).replace("\n", "\n" + inside)
    member = f"{json.dumps(key, ensure_ascii=False)}: {body}".replace("\n", newline)
    if span.last is None:
        # An object with nothing, or with comments alone.
        closing = text[span.start + 1 : span.end]
        end = "" if "\n" in closing else newline + own
        return span.start + 1, f"{newline}{inside}{member}{end}"
    if "\n" not in text[span.start : span.end]:
        flat = f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
        return span.last, f" {flat}" if span.comma else f", {flat}"
    return span.last, f"{newline}{inside}{member}" if span.comma else f",{newline}{inside}{member}"


def _nested(keys: tuple[str, ...], value: Any) -> Any:
    for key in reversed(keys):
        value = {key: value}
    return value


def _indent_of(text: str, place: int) -> str:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _step(text: str, span: "_Span", own: str) -> str:
    """By how much the file indents."""
    if span.last is not None:
        first = re.match(r"\s*\n([ \t]*)", text[span.start + 1 : span.end])
        if first and first[1].startswith(own) and len(first[1]) > len(own):
            return first[1][len(own) :]
    found = re.search(r"\n([ \t]+)\S", text)
    return "\t" if found and found[1][0] == "\t" else (found[1] if found and not own else own) or _INDENT


class _Span:
    """An object in the text: its braces; where its last value ends, or the comma behind it; where its members are."""

    __slots__ = ("comma", "end", "last", "members", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.last: int | None = None
        self.comma = False
        self.members: dict[str, tuple[int, int]] = {}


class _Objects:
    """The objects of a text by their keys, without those in lists. Raises ValueError, as `parse` does."""

    def __init__(self, text: str) -> None:
        self.spans: dict[tuple[str, ...], _Span] = {}
        json.loads(_plain(text))
        self._pieces = [one for one in _pieces(text) if one[1][0] in '"{}[],:' or not _is_filling(one[1])]
        self._next = 0
        self._value(())

    def _value(self, keys: tuple[str, ...] | None) -> int:
        """Read a value; returns where it ends. keys: None for one in a list."""
        start, piece = self._take()
        if piece == "{":
            return self._object(keys, start)
        if piece == "[":
            while self._peek() != "]":
                if self._peek() == ",":
                    self._take()
                else:
                    self._value(None)
            start, piece = self._take()
        return start + len(piece)

    def _object(self, keys: tuple[str, ...] | None, start: int) -> int:
        span = _Span(start)
        while self._peek() != "}":
            if self._peek() == ",":
                span.last, span.comma = self._take()[0] + 1, True
                continue
            place, key = self._take()
            self._take()
            inner = None if keys is None else (*keys, json.loads(key))
            span.last, span.comma = self._value(inner), False
            span.members[json.loads(key)] = (place, span.last)
        span.end = self._take()[0]
        if keys is not None:
            self.spans[keys] = span
        return span.end + 1

    def _peek(self) -> str:
        return self._pieces[self._next][1]

    def _take(self) -> tuple[int, str]:
        self._next += 1
        return self._pieces[self._next - 1]


def _pieces(text: str) -> list[tuple[int, str]]:
    return [(match.start(), match[0]) for match in _PIECE.finditer(text)]


def _is_filling(piece: str) -> bool:
    return piece.isspace() or piece.startswith(("//", "/*", "\ufeff"))


def _plain(text: str) -> str:
    """The text as JSON: what is no JSON is blank, so that lines and columns of errors stay right."""
    parts: list[str] = []
    comma = -1
    for _, piece in _pieces(text):
        if _is_filling(piece):
            parts.append(re.sub(r"[^\n]", " ", piece))
            continue
        if piece in "}]" and comma >= 0:
            parts[comma] = " "
        comma = len(parts) if piece == "," else -1
        parts.append(piece)
    return "".join(parts)
