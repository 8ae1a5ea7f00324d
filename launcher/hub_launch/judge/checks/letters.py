"""Letters that look like others: a title that reads like another server's and is not it.

Ids and names have ASCII letters alone by the schema. In a title a word that mixes scripts so fails: no language writes
it, and no look at it tells. Elsewhere, and for whole words of such letters, there are honest reasons: a person decides.
"""

import re
import unicodedata
from collections.abc import Iterator

from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.registry import Source

# Letters that fonts draw like Latin ones, by number, each with the one it is taken for (from Unicode's confusables,
# UTS 39: those of scripts that computers have by default).
_CODES = {
    "Cyrillic": "0410A 0412B 0415E 0405S 0406I 0408J 041AK 041CM 041DH 041EO 0420P 0421C 0422T 0423Y 0425X 0430a "
    "0435e 043Eo 0440p 0441c 0443y 0445x 0456i 0458j 0455s 04BBh 0501d 051Bq 051Dw",
    "Greek": "0391A 0392B 0395E 0396Z 0397H 0399I 039AK 039CM 039DN 039FO 03A1P 03A4T 03A5Y 03A7X 03BFo 03BDv "
    "03B1a 03B9i 03C1p",
    "Armenian": "0555O 054DU 0578n 057Du 0585o 0581g 0570h",
    "Cherokee": "13AAA 13B3W 13ACE 13A2T 13DAS 13DFC 13C3Z 13A1R",
}
_LOOKALIKES = {chr(int(code[:-1], 16)): code[-1] for codes in _CODES.values() for code in codes.split()}

# Letters that Unicode has a second time in bold, script or double width, by the mark of their decomposition.
_STYLES = ("<font>", "<wide>")

# One and two letters are words of their own in languages with these scripts (such as the Russian for "in" and "at").
_SHORTEST_WORD = 3

_WORD = re.compile(r"[^\W\d_]+")


def check(source: Source) -> Iterator[Finding]:
    """No word of title and description has letters that are taken for Latin ones."""
    for key, mixed in (("title", Verdict.FAIL), ("description", Verdict.REVIEW)):
        for word, read in lookalikes(source.text(key)):
            message = f"`{key}`: {quoted(word)} has letters that only look like those of {quoted(read)}"
            severity = mixed if _some_latin(word) else Verdict.REVIEW
            hint = "write it in the letters of one script"
            yield source.loaded.finding((key,), "lookalike", message, hint, severity=severity)


def lookalikes(text: str) -> Iterator[tuple[str, str]]:
    """Each word of `text` that has letters which are taken for Latin ones, and what it is read as."""
    for word in () if text.isascii() else dict.fromkeys(_WORD.findall(text)):
        read = "".join(map(_as_read, word))
        if read != word and (_some_latin(word) or (read.isascii() and len(word) >= _SHORTEST_WORD)):
            yield word, read


def _some_latin(word: str) -> bool:
    return any(letter.isascii() for letter in word)


def _as_read(letter: str) -> str:
    """The plain letter that `letter` is taken for; itself if it is none of these."""
    if unicodedata.decomposition(letter).startswith(_STYLES):
        return unicodedata.normalize("NFKC", letter)
    return _LOOKALIKES.get(letter, letter)
