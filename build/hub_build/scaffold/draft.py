"""An entry in the making: the document, and a remark on everything that a person should look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub_launch.judge.findings import Pointer

GUESSED = "guessed: "


@dataclass(slots=True)
class Draft:
    """What a source yields. The one thing here that grows: facts and guesses come in from several sides.

    document: the entry, plain JSON values. remarks: by place, what stands as a comment above it.
    files: OpenAPI documents that belong to it, by the name below `registry/openapi/`.
    """

    document: dict[str, Any] = field(default_factory=dict)
    remarks: dict[Pointer, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def known(self, key: str, value: Any) -> None:
        """Set a fact; nothing if `value` is empty."""
        if value not in (None, "", [], {}):
            self.document[key] = value

    def guessed(self, key: str, value: Any, because: str) -> None:
        """Set a guess, and say of what it was made; nothing if `value` is empty."""
        if value not in (None, "", [], {}):
            self.document[key] = value
            self.remark((key,), GUESSED + because)

    def settled(self, key: str, value: Any) -> None:
        """Set what a person answered: there is nothing left to remark on."""
        self.document[key] = value
        self.remarks.pop((key,), None)

    def remark(self, pointer: Pointer, text: str) -> None:
        """A comment above what is at `pointer`."""
        self.remarks[pointer] = text
