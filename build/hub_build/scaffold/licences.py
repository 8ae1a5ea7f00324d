"""What packages write about their licence, as an SPDX expression."""

import re
from collections.abc import Iterable

from hub_launch.judge.checks.spdx import parse

# Words of a licence's name, the more special first.
_NAMES = (
    (r"apache[- ]?(?:software )?(?:licen[cs]e)?,?[- ]?(?:version |v)?2|\bapache\b", "Apache-2.0"),
    (r"\bmit\b", "MIT"),
    (r"bsd[- ]?(?:2|two)|simplified bsd", "BSD-2-Clause"),
    (r"bsd[- ]?(?:3|three)|new bsd|\bbsd\b", "BSD-3-Clause"),
    (r"affero.*(?:or later|\+)|agpl.*(?:or later|\+)", "AGPL-3.0-or-later"),
    (r"affero|agpl", "AGPL-3.0-only"),
    (r"lesser.*(?:or later|\+)|lgpl.*(?:or later|\+)", "LGPL-3.0-or-later"),
    (r"lesser|lgpl", "LGPL-3.0-only"),
    (r"gnu general public.*(?:or later|\+)|gpl.*(?:or later|\+)", "GPL-3.0-or-later"),
    (r"gnu general public|\bgpl", "GPL-3.0-only"),
    (r"mozilla|mpl", "MPL-2.0"),
    (r"\bisc\b", "ISC"),
    (r"unlicense\b", "Unlicense"),
    (r"cc0", "CC0-1.0"),
    (r"elastic license", "Elastic-2.0"),
    (r"business source|\bbusl\b|\bbsl\b", "BUSL-1.1"),
    (r"proprietary|all rights reserved|unlicensed|commercial", "LicenseRef-Proprietary"),
)  # fmt: skip

UNKNOWN = "LicenseRef-Unknown"

# The text of a licence names itself within its first lines.
_TITLE_LENGTH = 300
_IN_README = re.compile(
    r"licen[cs]ed? (?:is )?under (?:the |an? )?(.{2,60})|#+\s*licen[cs]e\s+(.{2,80})", re.IGNORECASE
)


def expression(text: str | None) -> str:
    """The SPDX expression that `text` is or names; empty if it names none."""
    words = (text or "").strip()
    found = parse(words)
    if found and not found.unknown:
        return words
    # An identifier that is not among the usual ones is looked at by a person; a word alone, such as BSD, is a name.
    return _named(words) or (words if found and any(char.isdigit() for char in words) else "")


def from_texts(texts: Iterable[str], readme: str) -> str:
    """The licence that the first lines of licence files name, or else the README; empty if none does."""
    for text in texts:
        if found := _named(text[:_TITLE_LENGTH]):
            return found
    mention = _IN_README.search(readme)
    return _named(mention[1] or mention[2]) if mention else ""


def _named(text: str) -> str:
    line = " ".join(text.lower().split())
    return next((name for words, name in _NAMES if re.search(words, line)), "")
