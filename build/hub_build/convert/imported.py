"""What a conversion yields: an entry, and everything a person must know about how it came about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# What is kept of a value for a report: the report shows less, and a hostile source may have megabytes.
MAX_KEPT = 400


class Kind(StrEnum):
    """What a note says happened to a field."""

    CONVERTED = "converted"  # the same fact in other words
    GUESSED = "guessed"  # put there by us, from something else in the source
    LOST = "lost"  # in the source, and nowhere in the entry
    MISSING = "missing"  # not in the source: a person must give it
    REFUSED = "refused"  # why there is no entry


@dataclass(frozen=True, slots=True)
class Note:
    """One remark about one field. Its text is a stranger's: escape it before printing.

    field: where, as a path with dots. value: what was there, or what was put there; empty for what is to stay secret.
    because: from what it was guessed, why it was lost, how to give what is missing.
    """

    kind: Kind
    field: str
    value: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """One server of a source, in one version.

    source: its name there. document: the entry as its publisher would write it, None if it could not be made.
    newest: False for an earlier version of a server; its document belongs into `versions/`.
    version: as the source has it, so that a version without a document can be named; empty where it has none.
    """

    source: str
    document: dict[str, Any] | None
    notes: tuple[Note, ...] = ()
    newest: bool = True
    version: str = ""

    def text(self, key: str) -> str:
        """The top-level text `key` of the document, empty if there is none."""
        value = (self.document or {}).get(key)
        return value if isinstance(value, str) else ""

    @property
    def refusals(self) -> tuple[Note, ...]:
        """Why there is no entry, or why what is there cannot be published yet."""
        return tuple(note for note in self.notes if note.kind is Kind.REFUSED)


@dataclass(frozen=True, slots=True)
class Defaults:
    """Facts that a source may lack, as a person gives them. Each is used only where the source does not say."""

    license: str = ""
    maintainers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published: str = ""
    version: str = ""

    def facts(self) -> Mapping[str, Any]:
        """Those that were given, as an entry has them."""
        given = {
            "license": self.license,
            "maintainers": list(self.maintainers),
            "categories": list(self.categories),
            "published": self.published,
            "version": self.version,
        }
        return {key: value for key, value in given.items() if value}


# How a person gives each required fact that a source may lack.
GIVEN_BY = {
    "license": "--license",
    "maintainers": "--maintainer",
    "categories": "--category",
    "published": "--published",
    "version": "--entry-version",
}


def told(value: Any) -> str:
    """`value` as notes keep it: text as it is, anything else as JSON; not all of it if it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_KEPT else f"{text[: MAX_KEPT - 1]}…"
