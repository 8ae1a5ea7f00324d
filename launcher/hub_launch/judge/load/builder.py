"""Parser events into plain values, within bounds. Iterative, so that depth costs no stack."""

from collections.abc import Callable
from typing import Any, NoReturn

import yaml

from hub_launch.judge.findings import Finding, Pointer, Verdict, json_pointer, quoted
from hub_launch.judge.load.loaded import Position, Spots
from hub_launch.judge.load.profile import MAX_FINDINGS, MAX_KEY, Profile
from hub_launch.judge.load.scalars import Refused
from hub_launch.judge.load.text import HIDDEN, describe

NodeEvent = yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent


class Stop(Exception):
    """The rest of the file is not worth reading, or not safe to read."""


class _Mapping:
    """A mapping being filled; `part` is the key that waits for its value, None between pairs."""

    __slots__ = ("keep", "part", "part_at", "spots", "start", "value")

    def __init__(self, start: Position) -> None:
        self.value: dict[str, Any] = {}
        self.spots: Spots = {}
        self.start = start
        self.part: str | None = None
        self.part_at = start
        self.keep = True

    def put(self, value: Any, position: Position, inner: Spots | None) -> None:
        if self.keep and self.part is not None:
            self.value[self.part] = value
            self.spots[self.part] = (self.part_at, position, inner)
        self.part = None


class _Sequence:
    """A sequence being filled; `part` is the index that comes next."""

    __slots__ = ("part", "spots", "start", "value")

    def __init__(self, start: Position) -> None:
        self.value: list[Any] = []
        self.spots: Spots = {}
        self.start = start
        self.part = 0

    def put(self, value: Any, position: Position, inner: Spots | None) -> None:
        self.value.append(value)
        self.spots[self.part] = (position, position, inner)
        self.part += 1


class Builder:
    """Takes the events of one file, in order; then has `document`, `spots` and `findings`.

    What is wrong but leaves no doubt how to read on becomes a finding; `Stop` ends the reading.
    """

    def __init__(self, file: str, profile: Profile) -> None:
        self.file = file
        self.profile = profile
        self.findings: list[Finding] = []
        self.document: dict[str, Any] = {}
        self.spots: Spots = {}
        self._stack: list[_Mapping | _Sequence] = []
        self._nodes = 0
        self._documents = 0
        self._handlers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def feed(self, event: yaml.Event) -> None:
        """Take the next event."""
        handler = self._handlers.get(type(event))
        if handler:
            handler(event)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.tag is not None or event.anchor is not None:
            self._decorated(event)
        self._count(event)
        at = _position(event)
        if not self._stack:
            self._stop(at, "root", "the file must be a mapping", "write `key: value` lines")
        frame = self._stack[-1]
        if isinstance(frame, _Mapping) and frame.part is None:
            self._key(event, frame, at)
        else:
            frame.put(self._value(event, at), at, None)

    def _value(self, event: yaml.ScalarEvent, at: Position) -> Any:
        text: str = event.value
        if len(text) > self.profile.max_scalar:
            limit = f"{self.profile.max_scalar:,} characters"
            self._stop(at, "too-long", f"the text has {len(text):,} characters; at most {limit}", "shorten it")
        if event.style:
            self._clean(text, at)
            return text
        value = self.profile.plain(text)
        if isinstance(value, Refused):
            self._found(at, value.rule, f"{self._name()}{value.message}", value.hint)
            # The check goes on with what was probably meant, so that one run reports everything.
            return text or None
        return value

    def _key(self, event: yaml.ScalarEvent, frame: _Mapping, at: Position) -> None:
        key: str = event.value
        if len(key) > MAX_KEY:
            self._stop(at, "too-long", f"a key of {len(key):,} characters; at most {MAX_KEY}", "shorten it")
        frame.keep, frame.part, frame.part_at = True, key, at
        if event.style:
            self._clean(key, at)
        elif key == "<<":
            self._found(at, "merge-key", "merge keys (`<<`) are not allowed", "write the keys out")
            frame.keep = False
        elif not self.profile.text_keys:
            self._text_key(key, at)
        if key in frame.value:
            first = frame.spots[key][0][0]
            hint = "keep one of the two"
            self._found(at, "duplicate-key", f"{quoted(key)} is already given on line {first}", hint)
            frame.keep = False

    def _text_key(self, key: str, at: Position) -> None:
        value = self.profile.plain(key)
        if isinstance(value, str):
            return
        message = f"the key {quoted(key)} is not text to every YAML reader"
        self._found(at, "key-type", message, f'quote it: "{key}"' if key else "write a key before the colon")

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if event.tag is not None or event.anchor is not None:
            self._decorated(event)
        self._count(event)
        at = _position(event)
        mapping = type(event) is yaml.MappingStartEvent
        frame = self._stack[-1] if self._stack else None
        if frame is None and not mapping:
            self._stop(at, "root", "the file must be a mapping, not a list", "write `key: value` lines")
        if isinstance(frame, _Mapping) and frame.part is None:
            self._stop(at, "key-type", "a key must be text, not a list or a mapping", "quote it if it is text")
        if len(self._stack) >= self.profile.max_depth:
            self._stop(at, "too-deep", f"more than {self.profile.max_depth} levels deep", "flatten it")
        self._stack.append(_Mapping(at) if mapping else _Sequence(at))

    def _end(self, _event: yaml.Event) -> None:
        frame = self._stack.pop()
        if self._stack:
            self._stack[-1].put(frame.value, frame.start, frame.spots)
        elif isinstance(frame, _Mapping):
            self.document, self.spots = frame.value, frame.spots

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._count(event)
        at = _position(event)
        name = quoted(f"*{event.anchor}")
        frame = self._stack[-1] if self._stack else None
        if frame is None or (isinstance(frame, _Mapping) and frame.part is None):
            self._stop(at, "alias", f"aliases ({name}) are not allowed", "write the value out")
        self._found(at, "alias", f"aliases ({name}) are not allowed", "write the value out")
        frame.put(None, at, None)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        at = _position(event)
        if event.version or event.tags:
            self._found(at, "directive", "YAML directives (`%`) are not allowed", "remove the line")
        if self._documents > 1:
            self._stop(at, "documents", "a second document begins (`---`)", "write one document a file")

    def _decorated(self, event: NodeEvent) -> None:
        at = _position(event)
        if event.anchor is not None:
            message = f"anchors ({quoted('&' + event.anchor)}) are not allowed"
            self._found(at, "anchor", message, "remove it, and write values out where they are needed")
        if event.tag is not None:
            hint = "remove it; quote a value to make it text"
            self._found(at, "tag", f"tags ({quoted(event.tag)}) are not allowed", hint)

    def _clean(self, text: str, at: Position) -> None:
        # Only escapes in quotes can bring in what the text of the file itself does not show.
        match = HIDDEN.search(text)
        if match:
            hint = "remove the escape, or write the character that is meant"
            self._found(at, "hidden-character", f"{self._name()}contains {describe(match[0])}", hint)

    def _count(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > self.profile.max_nodes:
            message = f"more than {self.profile.max_nodes:,} keys and values"
            self._stop(_position(event), "too-many", message, "shorten the file")

    def _pointer(self) -> Pointer:
        return tuple(frame.part for frame in self._stack if frame.part is not None)

    def _name(self) -> str:
        names = [part for part in self._pointer() if isinstance(part, str)]
        return f"{quoted(names[-1])}: " if names else ""

    def _found(self, at: Position, rule: str, message: str, hint: str) -> None:
        pointer = json_pointer(self._pointer())
        self.findings.append(Finding(self.file, *at, pointer, Verdict.FAIL, rule, message, hint))
        if len(self.findings) == MAX_FINDINGS:
            self._stop(at, "too-many", "the rest of the file was not read", "correct what is reported so far")

    def _stop(self, at: Position, rule: str, message: str, hint: str) -> NoReturn:
        pointer = json_pointer(self._pointer())
        self.findings.append(Finding(self.file, *at, pointer, Verdict.FAIL, rule, message, hint))
        raise Stop


def _position(event: yaml.Event) -> Position:
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1
