"""Ids and namespaces that a typing mistake, or a quick look, turns into another's. A person decides.

Of names the namespace is compared, which says whose server it is: what an owner calls their own servers is their
affair. Linear in the number of entries: two texts that are one edit apart become equal when a letter of each is left
out, so only texts that share such a shortened form are compared.
"""

import re
from collections.abc import Iterator, Mapping

from hub_launch.judge.checks.parts import plain
from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.registry import Registry, Source

# What looks alike in most fonts. `-` and `_` (and case) are left to the check `unique`, which refuses those.
_LOOKALIKES = (("0", "o"), ("1", "l"), ("i", "l"), ("rn", "m"), ("vv", "w"))

# Of three letters most words are one edit from another (`git`, `gif`, `gin`): these are compared by their looks alone.
_SHORT = 3

_DIGITS = re.compile("[0-9]+")


def check(registry: Registry) -> Iterator[Finding]:
    """Each id and each namespace that is confusable with another one, with the first of those."""
    ids = {source.text("id"): source for source in registry.sources}
    for text, other in confusable_pairs(ids):
        yield _finding(ids[text], "id", text, other, ids[other])
    owners = {source.text("name").partition("/")[0]: source for source in registry.sources}
    alike = dict(confusable_pairs(owners))
    for source in registry.sources:
        text = source.text("name").partition("/")[0]
        if text in alike:
            yield _finding(source, "name", text, alike[text], owners[alike[text]])


def _finding(source: Source, key: str, text: str, other: str, owner: Source) -> Finding:
    what = "the namespace " if key == "name" else ""
    message = f"`{key}`: {what}{quoted(text)} is easily taken for {quoted(other)} of {owner.file}"
    hint = "choose one that differs more, unless both are yours"
    return source.finding((key,), "confusable", message, hint, severity=Verdict.REVIEW)


def confusable_pairs(texts: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Each of `texts` that is easily taken for another one, with that one."""
    folded = {text: _folded(plain(text)) for text in texts}
    near, texts_near = _neighbours(folded)
    for text in filter(texts_near.__contains__, folded):
        for other in _candidates(folded[text], near):
            if plain(other) != plain(text) and not _series(text, other) and _alike(folded[text], folded[other]):
                yield text, other
                break


def _neighbours(folded: Mapping[str, str]) -> tuple[dict[int, list[str]], set[str]]:
    """The texts by the hashes of their shortened forms, where more than one has that form; and all of these texts.

    Hashes, because most forms occur once and would take more memory than everything else. A collision costs a
    comparison.
    """
    first: dict[int, str] = {}
    near: dict[int, list[str]] = {}
    texts: set[str] = set()
    for text, fold in folded.items():
        for form in _shortened(fold):
            other = first.setdefault(form, text)
            if other is not text:
                texts |= {text, other}
                group = near.setdefault(form, [other])
                # Of a numbered series one is enough: they are not confusable among themselves.
                if not _series(text, group[-1]):
                    group.append(text)
    return near, texts


def _candidates(fold: str, near: Mapping[int, list[str]]) -> Iterator[str]:
    for form in _shortened(fold):
        yield from near.get(form, ())


def _alike(one: str, other: str) -> bool:
    return one == other or (not _is_short(one) and not _is_short(other) and one_edit_apart(one, other))


def _is_short(text: str) -> bool:
    """Whether `text`, or the part of a namespace that its owner chose, is short."""
    return len(text.rpartition(".")[2]) <= _SHORT


def _shortened(text: str) -> list[int]:
    """The hashes of `text`, and of `text` with each one of its letters left out."""
    if _is_short(text):
        return [hash(text)]
    return [hash(text), *[hash(text[:place] + text[place + 1 :]) for place in range(len(text))]]


def _folded(text: str) -> str:
    for letters, seen_as in _LOOKALIKES:
        text = text.replace(letters, seen_as)
    return text


def _series(one: str, other: str) -> bool:
    """Whether both have numbers and differ in these alone: `server-01` and `server-02` say that they are two."""
    return _DIGITS.sub("0", one) == _DIGITS.sub("0", other)


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter more, less or other, or two exchanged neighbours, or nothing, makes `other` of `one`."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    exchanged = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    return exchanged or rest[1:] in (other_rest, other_rest[1:]) or rest == other_rest[1:]
