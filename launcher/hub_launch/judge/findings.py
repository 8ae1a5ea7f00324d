"""What the compiler has to say about a file: values that are collected, then shown once."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from hub_launch.text import printable

# A value quoted in a message: long enough to recognise, short enough to read.
MAX_QUOTED = 60


class Verdict(IntEnum):
    """What becomes of an entry; also how much one finding weighs. A greater value wins."""

    OK = 0
    REVIEW = 1  # a person decides
    FAIL = 2  # cannot be published


Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to change, or to look at, in one place. All its text is safe to print.

    file: the path as the user would type it. pointer: RFC 6901, empty for the file as a whole.
    rule: short name of the rule in kebab-case, stable, for filters and tests.
    message: what is wrong, with the value. hint: what to do, or empty.
    """

    file: str
    line: int
    column: int | None
    pointer: str
    severity: Verdict
    rule: str
    message: str
    hint: str = ""

    def __post_init__(self) -> None:
        for field in ("file", "pointer", "message", "hint"):
            object.__setattr__(self, field, printable(getattr(self, field)))


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The worst severity; OK when there are no findings."""
    return max((finding.severity for finding in findings), default=Verdict.OK)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings sorted by file, place and rule, each once."""
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda f: (f.file, f.line, f.column or 0, f.rule, f.message))


def json_pointer(pointer: Pointer) -> str:
    """`pointer` as RFC 6901 writes it: `/packages/0/version`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def quoted(value: object) -> str:
    """`value` between backticks, shortened, as messages show it."""
    text = printable(str(value))
    return f"`{text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1] + '…'}`"
