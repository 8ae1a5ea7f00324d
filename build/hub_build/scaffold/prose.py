"""What the prose of a README says about variables and flags: in lists, in tables and in example files."""

import re
from collections.abc import Iterator

from hub_build.scaffold.found import Need, Setting
from hub_build.scaffold.wording import plain

MAX_DESCRIPTION = 160
# A cell with fewer is a default, a type, or a tick.
MIN_WORDS = 3
# Lines of a README that are looked at; the longest real ones have 3,000.
MAX_LINES = 10_000

_SOURCE = "the README"
# At the start of an item, or in the first two cells of a row; in quotes, since prose shouts too.
_ITEM_VARIABLE = re.compile(
    r"^(?:[-*+]|\d+\.|#+|\|(?:[^|`]*\|)?)\s*(?:\*\*)?`(?:\*\*)?\$?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`(?:\*\*)?"
)
_ASSIGNED = re.compile(r"^\s*(?:export\s+|set\s+)?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=(\S*)\s*(?:#\s*(.*))?$")
# The flag, perhaps behind a short one, with or without the name of its value, at the start of an item or a cell.
_FLAG = re.compile(
    r"^(?:[-*+]|\d+\.|\|)\s*\**`(?:-\w[ ,/|]+)?(--[a-z][a-z0-9-]*)(?:[ =]([^`]*))?`\**|"
    r"^\|\s*(?:-\w[ ,/]+)?(--[a-z][a-z0-9-]*)(?:[ =](<[^>]*>|\[[^\]]*\]))?(?=\s*\|)"
)
_DEFAULT = re.compile(
    r"\bdefaults?(?: value)?(?: is| to|:|=)*\s*(?:`([^`]+)`|\"([^\"]+)\")|"
    r"\bdefaults?(?: to|:|=)\s*([0-9][\w.]*|true|false)\b",
    re.IGNORECASE,
)
_OPTIONAL = re.compile(
    r"\boptional\b|\bnot required\b|\bdefaults?\b|\bif (?:set|provided|you)\b|\|\s*(?:no|false|❌)\s*\|", re.IGNORECASE
)
_REQUIRED = re.compile(
    r"\brequired\b(?! (?:for|to|if|when|only))|\bmandatory\b|\bmust (?:be )?(?:set|provide)|\|\s*(?:yes|true|✅)\s*\|",
    re.IGNORECASE,
)
# Settings of other transports, and of yesterday.
_UNWANTED = re.compile(
    r"\bdeprecated\b|\b(?:http|sse|streamable)[- ]?(?:http )?(?:server|transport|mode|only|requests?|host|origin)|"
    r"transport is|POST /|stateless",
    re.IGNORECASE,
)
_ENVIRONMENT = re.compile(r"\s*\benv(?:ironment variable)?:? `?[A-Z][A-Z0-9_]+`?\s*$")
_SENTENCE = re.compile(r"(?<=[a-z0-9)`])\.\s+(?=[A-Z])")


def variables_of(readme: str) -> list[Setting]:
    """Environment variables that `readme` writes about."""
    found: list[Setting] = []
    for line in readme.splitlines()[:MAX_LINES]:
        if _FLAG.match(line.strip()):
            continue  # the variable that does the same as a flag is not asked for twice
        if assigned := _ASSIGNED.match(line):
            found.append(Setting(assigned[1], _SOURCE, plain(assigned[3] or "")[:MAX_DESCRIPTION]))
        elif (item := _ITEM_VARIABLE.match(line.strip())) and not _UNWANTED.search(line):
            found.append(_described(item[1], line.strip(), item.end()))
    return found


def flags_of(readme: str) -> list[Setting]:
    """Flags that have an item of a list or a row of a table of their own."""
    return list(_flags(readme))


def _flags(readme: str) -> Iterator[Setting]:
    for line in readme.splitlines()[:MAX_LINES]:
        stripped = line.strip()
        if (found := _FLAG.match(stripped)) and not _UNWANTED.search(stripped):
            one = _described(found[1] or found[3], stripped, found.end())
            yield Setting(
                one.name,
                one.source,
                one.description,
                one.need,
                takes_value=True if found[2] or found[4] else None if found[1] else False,
                default=one.default,
            )


def _described(name: str, line: str, start: int) -> Setting:
    rest = line[start:]
    need = Need.OPTIONAL if _OPTIONAL.search(rest) else Need.REQUIRED if _REQUIRED.search(rest) else Need.UNKNOWN
    default = _DEFAULT.search(rest)
    return Setting(
        name, _SOURCE, _text(rest), need, default=next(filter(None, default.groups()), "") if default else ""
    )


def _text(rest: str) -> str:
    if "|" in rest:
        # The last cell explains, and if it does not, the longest.
        cells = rest.strip().strip("|").split("|")
        rest = cells[-1] if len(cells[-1].split()) >= MIN_WORDS else max(cells, key=len)
    text = plain(rest).strip(" -\u2013\u2014:|=.")
    text = text.lstrip(") ") if text.count(")") > text.count("(") else text
    text = re.sub(
        r"^\(?(?:required|optional)\)?\s*[-\u2013\u2014:.,]?\s*|\((?:required|optional)[^)]*\)\s*[-\u2013\u2014:]?\s*",
        "",
        text,
        flags=re.IGNORECASE,
    )
    text = _ENVIRONMENT.sub("", text)
    text = _SENTENCE.split(text)[0].strip(" -\u2013\u2014:")
    if len(text) > MAX_DESCRIPTION or len(text) < len("set"):
        text = text[: MAX_DESCRIPTION - 1].rsplit(" ", 1)[0] + "…" if len(text) > MAX_DESCRIPTION else ""
    return text[:1].upper() + text[1:]
