"""SPDX licence expressions: the grammar, and the identifiers that servers usually have.

The whole list has 700 identifiers and grows with each release; one that is not here is looked at by a person.
"""

import re
from dataclasses import dataclass

LICENSES = frozenset(
    """
    0BSD AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause
    BSD-3-Clause-Clear BSL-1.0 BUSL-1.1 CC-BY-4.0 CC-BY-NC-4.0 CC-BY-NC-SA-4.0 CC-BY-SA-4.0 CC0-1.0 CECILL-2.1
    ECL-2.0 Elastic-2.0 EPL-2.0 EUPL-1.2 FSL-1.1-ALv2 FSL-1.1-MIT GPL-2.0-only GPL-2.0-or-later GPL-3.0-only
    GPL-3.0-or-later ISC LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-2.0 MS-PL
    MulanPSL-2.0 NCSA ODbL-1.0 OFL-1.1 OSL-3.0 PolyForm-Noncommercial-1.0.0 PolyForm-Small-Business-1.0.0
    PostgreSQL PSF-2.0 Python-2.0 Ruby SSPL-1.0 Unlicense UPL-1.0 Vim WTFPL X11 Zlib ZPL-2.1
    """.split()
)
EXCEPTIONS = frozenset(
    "Classpath-exception-2.0 GCC-exception-3.1 LLVM-exception GPL-CC-1.0 LGPL-3.0-linking-exception".split()
)

_TOKEN = re.compile(r"\s*([()]|[A-Za-z0-9.:+-]+)")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\+?")
# A licence that has no identifier of its own, such as a company's terms.
_REFERENCE = re.compile(r"(DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")
_OPERATORS = frozenset(["AND", "OR", "WITH"])


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that keeps the grammar. unknown: its identifiers that are not on our list."""

    unknown: tuple[str, ...]


def parse(text: str) -> Expression | None:
    """`text` as an SPDX expression; None if it breaks the grammar.

    Without a tree: each word is an identifier where one may begin and an operator where one may end, and every
    parenthesis is closed. Which binds first does not matter here.
    """
    words = _words(text)
    depth, begins, before = 0, True, ""
    unknown: list[str] = []
    for word in words:
        if begins and word == "(" and before != "WITH":
            depth += 1
        elif begins and _is_identifier(word):
            unknown += [word] if not _is_known(word, before) else []
            begins = False
        elif not begins and word == ")" and depth:
            depth -= 1
        elif not begins and word in _OPERATORS and not (word == "WITH" and not _is_identifier(before)):
            begins = True
        else:
            return None
        before = word
    return Expression(tuple(unknown)) if not begins and not depth else None


def _words(text: str) -> list[str]:
    words, place = list[str](), 0
    while match := _TOKEN.match(text, place):
        words.append(match[1])
        place = match.end()
    # A character that fits nowhere ends the reading, and is a word that fits nowhere.
    return [*words, text[place:]] if text[place:].strip() else words


def _is_identifier(word: str) -> bool:
    if word in _OPERATORS:
        return False
    return bool(_IDENTIFIER.fullmatch(word) or _REFERENCE.fullmatch(word))


def _is_known(word: str, before: str) -> bool:
    if before == "WITH":
        return word in EXCEPTIONS
    return word.removesuffix("+") in LICENSES or bool(_REFERENCE.fullmatch(word))
