"""Finding tools by words: BM25 (Robertson and Zaragoza 2009), where a word counts more in a name than in a description.

Made of small texts in one process, so that it needs no search engine: a thousand tools are searched in a millisecond
or two. Words that are only related count too, but less: other forms of a word, and what tools use instead of it.
"""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log

Words = Mapping[str, float]
"""How often each word stands in a text; once in a name is several times in a description."""

# The usual constants: how soon saying a word again stops counting, and how much long texts are held against a tool.
# Less than the usual 0.75, since a tool with many parameters is not a worse one.
_SATURATION = 1.2
_LENGTH = 0.4

# What a word that stands for the one that was asked for is worth.
_OTHER_FORM = 0.6
_SYNONYM = 0.5

# Of a word whose beginning is looked for: shorter ones begin too many others.
_SHORTEST_BEGINNING = 3

# A question's words that say nothing of what is wanted.
_EMPTY = frozenset(
    "a about all an and any are as at be by can do does for from have how i in into is it me my of on or our please "
    "some something that the their them there this to tool tools us use using want we what when where which will with "
    "would you your".split()
)

# What publishers call the same thing, by turns.
_ALIKE = (
    "delete remove erase drop",
    "create make new add insert",
    "get fetch read retrieve load",
    "list show enumerate browse",
    "search find query lookup",
    "edit update change modify patch",
    "write save store put",
    "send post publish",
    "run execute invoke launch start",
    "stop kill cancel terminate",
    "move rename",
    "copy duplicate clone",
    "directory folder dir",
    "file document",
    "issue ticket bug",
    "message mail email",
    "picture image photo",
    "website site page url web",
    "convert transform translate",
    "calculate compute sum",
    "history log",
    "memory knowledge remember recall",
    "weather forecast temperature",
    "repository repo git",
    "database db sql table",
    "calendar event meeting appointment",
    "user person people contact",
)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> Iterator[str]:
    """The words of a text as they are compared, also those of a name such as `readFile` or `read_file`."""
    split = _CAMEL.sub(" ", unicodedata.normalize("NFKC", text))
    return (_stem(word) for word in _WORD.findall(split.casefold()))


def weighed(texts: Iterable[tuple[float, str]]) -> Words:
    """The words of texts that weigh differently, together."""
    counted: Counter[str] = Counter()
    for weight, text in texts:
        for word in words_of(text):
            # Counter's own type is of whole numbers; it adds others as well.
            counted[word] += weight  # type: ignore[assignment]
    return counted


class Ranking:
    """Texts that can be asked for by words."""

    def __init__(self, texts: Sequence[Words]) -> None:
        self._count = len(texts)
        lengths = [sum(words.values()) for words in texts]
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        self._found: dict[str, list[tuple[int, float]]] = {}
        self._by_beginning: dict[str, list[str]] = {}
        for number, words in enumerate(texts):
            damping = _SATURATION * (1 - _LENGTH + _LENGTH * lengths[number] / (mean or 1.0))
            for word, times in words.items():
                self._found.setdefault(word, []).append((number, times * (_SATURATION + 1) / (times + damping)))
        for word in self._found:
            self._by_beginning.setdefault(word[:_SHORTEST_BEGINNING], []).append(word)

    def best(self, query: str) -> list[int]:
        """The numbers of the texts that have any of the words, best first; equally good ones in their own order."""
        scores: dict[int, float] = {}
        for word in dict.fromkeys(_asked(query)):
            for number, score in self._scores(word).items():
                scores[number] = scores.get(number, 0.0) + score
        return sorted(scores, key=lambda number: (-scores[number], number))

    def _scores(self, word: str) -> dict[int, float]:
        """What each text gets for one word: the best of the ways in which it has it."""
        scores: dict[int, float] = {}
        for other, worth in self._alike(word):
            found = self._found[other]
            rarity = log((self._count - len(found) + 0.5) / (len(found) + 0.5) + 1)
            for number, times in found:
                scores[number] = max(scores.get(number, 0.0), worth * rarity * times)
        return scores

    def _alike(self, word: str) -> Iterator[tuple[str, float]]:
        """The known words that the word may mean, with what each is worth."""
        if word in self._found:
            yield word, 1.0
        for other in self._by_beginning.get(word[:_SHORTEST_BEGINNING], ()):
            if other != word and _is_other_form(word, other):
                yield other, _OTHER_FORM
        for other in _synonyms().get(word, ()):
            if other in self._found:
                yield other, _SYNONYM


def _asked(query: str) -> list[str]:
    words = list(words_of(query))
    return [word for word in words if word not in _EMPTY] or words


def _is_other_form(asked: str, known: str) -> bool:
    """Whether the one begins with the other: `read` with `reading`, and `config` with `configuration`."""
    if min(len(asked), len(known)) < _SHORTEST_BEGINNING:
        return False
    return known.startswith(asked) or (asked.startswith(known) and len(asked) - len(known) <= len("ing"))


# A plural's end and what it stands for, the first that fits (Harman 1991); left alone where it is no plural's.
_PLURALS = (("ies", "y", ("eies", "aies")), ("es", "e", ("aes", "ees", "oes")), ("s", "", ("us", "ss", "is")))


@functools.lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    for end, singular, others in _PLURALS:
        if len(word) > len(end) + 1 and word.endswith(end) and not word.endswith(others):
            return word[: -len(end)] + singular
    return word


@functools.cache
def _synonyms() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _ALIKE:
        words = {_stem(word) for word in line.split()}
        for word in words:
            found.setdefault(word, set()).update(words - {word})
    return {word: frozenset(others) for word, others in found.items()}
