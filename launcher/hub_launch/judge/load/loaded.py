"""A file that could be read, with the position of every key and value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub_launch.judge.findings import Finding, Pointer, Verdict, json_pointer

# Positions mirror the document, so that they take memory in proportion to it: of a key, of its value, of what is in it.
# (A flat map by JSON pointer would repeat every long key for each value below it.)
Position = tuple[int, int]
"""Line and column, from 1, in characters, as editors count."""
Spot = tuple[Position, Position, "Spots | None"]
Spots = dict[str | int, Spot]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file says.

    file: the path as the user would type it. document: plain JSON values. text: all of the file, comments included.
    findings: what is wrong but did not stop the reading; a document with findings is checked on, never compiled.
    """

    file: str
    document: dict[str, Any]
    spots: Spots = field(repr=False)
    findings: tuple[Finding, ...] = ()
    text: str = field(default="", repr=False)

    def position(self, pointer: Pointer, *, key: bool = False) -> Position:
        """Where the value at `pointer` is (or its key); of what is not there, where its parent is."""
        found = (1, 1)
        inner: Mapping[str | int, Spot] | None = self.spots
        for part in pointer:
            if inner is None or part not in inner:
                break
            at_key, at_value, inner = inner[part]
            found = at_key if key else at_value
        return found

    def pointer_at(self, position: Position) -> Pointer:
        """The value whose text `position` lies in or after."""
        pointer: list[str | int] = []
        inner: Spots | None = self.spots
        while inner:
            before = [part for part, (at_key, _, _) in inner.items() if at_key <= position]
            if not before:
                break
            pointer.append(before[-1])
            inner = inner[before[-1]][2]
        return tuple(pointer)

    def finding(
        self,
        pointer: Pointer,
        rule: str,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        severity: Verdict = Verdict.FAIL,
    ) -> Finding:
        """A finding about the value at `pointer`, or about its key."""
        line, column = self.position(pointer, key=key)
        return Finding(self.file, line, column, json_pointer(pointer), severity, rule, message, hint)
