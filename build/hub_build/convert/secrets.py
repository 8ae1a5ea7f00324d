"""Telling secrets by their names. Values of strangers' settings never reach an entry or a report."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

# At the end of a word: `API_KEY` and `X-Token` hold the thing itself, `TOKENS_PER_MINUTE` does not.
_SECRET = re.compile(r"(?:key|token|secret|password|passwd|credentials?|auth|authorization|pat|pwd)(?![a-z])")
_PLAIN = re.compile(r"keyboard|keyword|author(?!iz)|path|pattern")


def sounds_secret(name: str) -> bool:
    """Whether a setting of this name may hold a credential: wider than the check, because here values are withheld."""
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
    return bool(_SECRET.search(_PLAIN.sub("", words)))


def asked(name: str) -> dict[str, Any]:
    """A variable or header of which only the name is known."""
    return {"name": name, **({"isRequired": True, "isSecret": True} if sounds_secret(name) else {})}


def bare_address(address: str) -> tuple[str, list[str]]:
    """`address` without user, password and secret parameters, and the names of what was taken out."""
    try:
        parts = urlsplit(address)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return address, []
    taken = ["user information"] if "@" in parts.netloc else []
    secret = [name for name, _ in query if sounds_secret(name)]
    if not taken and not secret:
        return address, []
    kept = "&".join(f"{name}={'{' + name + '}' if name in secret else value}" for name, value in query)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query=kept).geturl(), [*taken, *secret]
