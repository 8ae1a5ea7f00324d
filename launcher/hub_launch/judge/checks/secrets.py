"""No credential is in the file, its comments included.

What is committed once is public for good, so a message shows only how a credential begins.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator

from hub_launch.judge.checks.parts import label
from hub_launch.judge.checks.strings import strings_of
from hub_launch.judge.findings import Finding, Verdict, json_pointer
from hub_launch.judge.registry import Source

# As their makers and GitHub's secret scanning document them: how they begin, which is rare elsewhere, and how they go
# on. The lengths keep out placeholders such as `sk-...`.
_FORMS = (
    ("GitHub token", "gho_ ghp_ ghr_ ghs_ ghu_", r"[A-Za-z0-9]{36,}"),
    ("GitHub token", "github_pat_", r"[A-Za-z0-9_]{30,}"),
    ("GitLab token", "glcbt- gldt- glpat- glptt- glrt-", r"[A-Za-z0-9_-]{20,}"),
    ("key of Anthropic, OpenAI or the like", "sk-", r"(?:ant-|proj-|or-)?[A-Za-z0-9_-]{20,}"),
    ("Stripe key", "rk_live_ rk_test_ sk_live_ sk_test_", r"[A-Za-z0-9]{16,}"),
    ("Slack token", "xapp- xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs-", r"[A-Za-z0-9-]{10,}"),
    ("key of AWS", "AKIA ASIA", r"[A-Z0-9]{16}"),
    ("Google key", "AIza", r"[A-Za-z0-9_-]{35}"),
    ("Google key", "GOCSPX- ya29.", r"[A-Za-z0-9_-]{20,}"),
    ("npm token", "npm_", r"[A-Za-z0-9]{36}"),
    ("PyPI token", "pypi-AgE", r"[A-Za-z0-9_-]{20,}"),
    ("Hugging Face token", "hf_", r"[A-Za-z0-9]{30,}"),
    ("Docker token", "dckr_oat_ dckr_pat_", r"[A-Za-z0-9_-]{20,}"),
    ("SendGrid key", "SG.", r"[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("key of Notion, Linear or Groq", "gsk_ lin_api_ ntn_ secret_", r"[A-Za-z0-9]{32,}"),
    ("key of Tavily or Perplexity", "pplx- tvly-", r"[A-Za-z0-9-]{28,}"),
    ("JSON Web Token", "eyJ", r"[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"),
)
_KINDS = {start: kind for kind, starts, _ in _FORMS for start in starts.split()}
_KNOWN = re.compile(
    "|".join(
        rf"(?<![A-Za-z0-9])(?P<form{number}>{'|'.join(map(re.escape, starts.split()))}){rest}"
        for number, (_, starts, rest) in enumerate(_FORMS)
    )
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")

# Values that a publisher fills in; integrity and hashes have keys of their own.
_VALUE_KEYS = frozenset(["value", "default", "placeholder"])
_CANDIDATE = re.compile(r"[A-Za-z0-9+=_-]{32,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_MADE_UP = re.compile(r"example|your|xxxx|1234567|abcdef|placeholder|changeme|dummy|sample|test_?key", re.IGNORECASE)

# Random text comes near to the entropy that its length and alphabet allow, words do not: of 10,000 made-up values
# each, 0.85 takes 99 % of random base64 and none of hyphenated English; hexadecimal digits have four bits each.
_RANDOM_SHARE = 0.85
_HEX_BITS = 3.0
_ALPHABET = 64
# A token that repeats itself (`ghp_aaaa...`) is a placeholder.
_FEWEST_LETTERS = 8

_SHOWN = 4
_HINT = "remove it, and revoke it: whoever saw the pull request has it"


def check(source: Source) -> Iterator[Finding]:
    """Nothing in the file has the form of a credential, and no value that a publisher gives looks like a random key."""
    loaded = source.loaded
    known = list(known_secrets(loaded.text))
    for start, kind, found in known:
        line, column = loaded.text.count("\n", 0, start) + 1, start - loaded.text.rfind("\n", 0, start)
        pointer = json_pointer(loaded.pointer_at((line, column)))
        yield Finding(loaded.file, line, column, pointer, Verdict.FAIL, "secret", _told("the line", kind, found), _HINT)
    for place, text in strings_of(loaded.document):
        word = _random_in(text) if place[-1] in _VALUE_KEYS else ""
        if word and not any(word in found or found in word for _, _, found in known):
            yield loaded.finding(place, "secret", _told(label(place), "random key", word), _HINT)


def known_secrets(text: str) -> Iterator[tuple[int, str, str]]:
    """Where in `text` there are credentials of a known form, of what kind, and the credentials."""
    for match in _PRIVATE_KEY.finditer(text) if "PRIVATE KEY" in text else ():
        yield match.start(), "private key", match[0]
    # Most files have none of the beginnings, and looking for these is a hundred times faster.
    for match in _KNOWN.finditer(text) if any(start in text for start in _KINDS) else ():
        if len(set(match[0])) >= _FEWEST_LETTERS and not _MADE_UP.search(match[0]):
            yield match.start(), _KINDS[match[match.lastgroup or 0]], match[0]


def _told(where: str, kind: str, found: str) -> str:
    return f"{where} contains what looks like a {kind} (`{found[:_SHOWN]}…`, {len(found)} characters)"


def _random_in(text: str) -> str:
    """The first word of `text` that looks like a random key, or empty."""
    for word in _CANDIDATE.findall(text):
        if not (_UUID.fullmatch(word) or _MADE_UP.search(word)) and _is_random(word):
            return str(word)
    return ""


def _is_random(word: str) -> bool:
    bits = _entropy(word)
    if _HEX.fullmatch(word):
        return not word.isdigit() and bits >= _HEX_BITS
    kinds = sum(bool(re.search(form, word)) for form in ("[a-z]", "[A-Z]", "[0-9]"))
    all_kinds = 3
    return kinds == all_kinds and bits >= _RANDOM_SHARE * math.log2(min(len(word), _ALPHABET))


def _entropy(word: str) -> float:
    """Bits a letter, by how often each occurs."""
    return -sum(count / len(word) * math.log2(count / len(word)) for count in Counter(word).values())
