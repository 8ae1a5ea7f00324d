"""Telling credentials by their names."""

import re

# At the end of a word: `API_KEY` and `X-Token` hold the thing itself, `TOKENS_PER_MINUTE` does not.
_SECRET = re.compile(r"(?:key|token|secret|password|passwd|credentials?|auth|authorization|pat|pwd)(?![a-z])")
_PLAIN = re.compile(r"keyboard|keyword|author(?!iz)|path|pattern")


def sounds_secret(name: str) -> bool:
    """Whether a setting of this name may hold a credential: wider than the check, because here values are withheld."""
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
    return bool(_SECRET.search(_PLAIN.sub("", words)))
