"""Reading a stranger's mapping such that nothing is dropped in silence: what is not taken is reported as lost."""

import json
from typing import Any

from hub_build.convert.imported import Kind, Note, told


class Fields:
    """A mapping of a foreign document, or an empty one in the place of something else.

    Each key that is read counts as taken. `close` reports the others as lost, also those of the mappings inside.
    A value of another type than the one asked for is reported as lost too, and read as empty.
    """

    def __init__(self, value: Any, path: str, notes: list[Note]) -> None:
        self.path = path
        self._notes = notes
        self._value: dict[str, Any] = value if isinstance(value, dict) else {}
        self._taken: set[str] = set()
        self._inner: list[Fields] = []
        if not isinstance(value, dict) and value is not None:
            self.note(Kind.LOST, path, value, "not a mapping")

    def __contains__(self, key: str) -> bool:
        return key in self._value

    def note(self, kind: Kind, field: str, value: Any = "", because: str = "") -> None:
        """Add a note; `field` is a full path."""
        self._notes.append(Note(kind, field, told(value), because))

    def where(self, key: str) -> str:
        """The full path of `key`."""
        return f"{self.path}.{key}" if self.path else key

    def raw(self, key: str) -> Any:
        """The value of `key` as it is, None if absent."""
        self._taken.add(key)
        return self._value.get(key)

    def drop(self, key: str, because: str) -> None:
        """Report `key`, if it is there, as lost for a reason."""
        if self.raw(key) is not None:
            self.note(Kind.LOST, self.where(key), self._value[key], because)

    def text(self, key: str) -> str:
        """Text; numbers and booleans as they are written. Empty if absent."""
        value = self.raw(key)
        written = as_text(value)
        if written is None:
            self._wrong(key, value, "not text")
        return (written or "").strip()

    def flag(self, key: str) -> bool | None:
        """True or false; None if absent."""
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
        self._wrong(key, value, "neither true nor false")
        return None

    def texts(self, key: str) -> list[str]:
        """A list of texts; one text counts as a list of one."""
        value = self.raw(key)
        items = value if isinstance(value, list) else [] if value is None else [value]
        found = []
        for number, item in enumerate(items):
            written = as_text(item)
            if written is None or item is None:
                self._wrong(f"{key}.{number}" if isinstance(value, list) else key, item, "not text")
            else:
                found.append(written)
        return found

    def pairs(self, key: str) -> dict[str, str]:
        """A mapping of texts."""
        inner = self.fields(key)
        return {name: inner.text(name) for name in inner.names()}

    def fields(self, key: str) -> "Fields":
        """The mapping below `key`."""
        return self._child(self.raw(key), self.where(key))

    def each(self, key: str) -> "list[Fields]":
        """The mappings of the list below `key`."""
        value = self.raw(key)
        if value is not None and not isinstance(value, list):
            self._wrong(key, value, "not a list")
        items = value if isinstance(value, list) else []
        return [self._child(item, f"{self.where(key)}.{number}") for number, item in enumerate(items)]

    def members(self, key: str) -> "dict[str, Fields]":
        """The mappings of the mapping below `key`, by name."""
        inner = self.fields(key)
        return {name: inner.fields(name) for name in inner.names()}

    def names(self) -> list[str]:
        """All keys, in the source's order."""
        return [key for key in self._value if isinstance(key, str)]

    def close(self) -> None:
        """Report what was not taken as lost."""
        for key, value in self._value.items():
            if key not in self._taken and value is not None:
                self.note(Kind.LOST, self.where(key), value, "an entry has no place for it")
        for inner in self._inner:
            inner.close()

    def _child(self, value: Any, path: str) -> "Fields":
        child = Fields(value, path, self._notes)
        self._inner.append(child)
        return child

    def _wrong(self, key: str, value: Any, because: str) -> None:
        self.note(Kind.LOST, self.where(key), value, because)


def as_text(value: Any) -> str | None:
    """A scalar as it is written, empty for null; None for lists and mappings."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else None
