"""Servers that are like one another: what they are about, in tags, words of their descriptions and categories.

A registry of 25,000 servers takes about a second. For that no server is compared with all others, but with those that
share something rare with it; and no weight depends on exact counts, so that a new server changes the pages of those
that it is like, and of hardly any others.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# What fits beside a server without drowning it.
MAX_RELATED = 5

# What more servers than this share is no sign that they are about the same: so many, and so large a part of few.
MAX_SHARING = 50
SMALL_SHARE = 5

# The rarest signs of a server that are looked at. With MAX_SHARING it bounds what one server costs.
MAX_SIGNS = 10

# Letters of a word that says something.
_WORD = re.compile(r"[a-z][a-z0-9]{2,}")

# What a tag, a word of the title, a category or a word of the description is worth.
TAG, TITLE, CATEGORY, TEXT = 4, 3, 3, 2

# One rare word of the description is too little, two are enough; so is one rare tag.
MIN_SCORE = 14

_STOP_WORDS = frozenset(
    (
        "about access across agent agents all allow allows also and any api apis app are assistant assistants based "
        "between browse build can check clear client clients code connect connects context create data deploy directly "
        "each easily enable enables every execute explore extract fetch find for from generate get give gives has have "
        "helper instantly integration interact into its key let lets like llm llms local make manage many mcp model "
        "more most need new not one online only open other our over own per personal platform protocol provide "
        "provides providing quick quickly query read real retrieve run search seamless secure send server servers "
        "service services set simple single smart text through time tool tools track update use used user users using "
        "via what when which will with within without workflow workflows write you your"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What one server is about."""

    id: str
    title: str
    description: str
    tags: Sequence[str]
    categories: Sequence[str]


def alike(subjects: Sequence[Subject]) -> dict[str, tuple[str, ...]]:
    """The ids of at most MAX_RELATED servers for each of `subjects`, the most alike first, then by id; often none."""
    signs = {one.id: _signs(one) for one in subjects}
    most = min(MAX_SHARING, max(2, len(signs) // SMALL_SHARE))
    having = {sign: ids for sign, ids in _inverted(signs).items() if 1 < len(ids) <= most}
    return {id_: _closest(id_, found, having) for id_, found in signs.items()}


def _signs(one: Subject) -> dict[str, int]:
    """What stands for the server, and its worth; the greatest where one sign is there twice."""
    # Of a small registry a category is rare enough to be a sign. No word has a slash.
    signs = dict.fromkeys((f"category/{category}" for category in one.categories), CATEGORY)
    signs |= dict.fromkeys(_words(one.description), TEXT)
    signs |= dict.fromkeys(_words(one.title), TITLE)
    return signs | dict.fromkeys(one.tags, TAG)


def _words(text: str) -> Iterable[str]:
    # Without the plural's letter, of what is none too: words are only compared.
    return (word.removesuffix("s") for word in _WORD.findall(text.lower()) if word not in _STOP_WORDS)


def _inverted(signs: Mapping[str, Mapping[str, int]]) -> dict[str, list[str]]:
    having: defaultdict[str, list[str]] = defaultdict(list)
    for id_, found in signs.items():
        for sign in found:
            having[sign].append(id_)
    return having


def _closest(id_: str, signs: Mapping[str, int], having: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    shared = sorted((len(having[sign]), sign) for sign in signs if sign in having)[:MAX_SIGNS]
    scores: dict[str, int] = {}
    for count, sign in shared:
        # Rarer signs say more; the length in bits hardly ever changes when one server comes.
        worth = signs[sign] * (MAX_SHARING.bit_length() + 1 - count.bit_length())
        for other in having[sign]:
            scores[other] = scores.get(other, 0) + worth
    scores.pop(id_, None)
    ranked = sorted((-score, other) for other, score in scores.items() if score >= MIN_SCORE)
    return tuple(other for _, other in ranked[:MAX_RELATED])
