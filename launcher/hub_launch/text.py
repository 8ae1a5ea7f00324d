"""Making strangers' text safe to print."""

import shlex
import unicodedata
from collections.abc import Iterable, Sequence

# Cc: control characters (ESC starts a terminal's commands). Cf: invisible ones, among them those that reverse the
# reading direction and hide words. Cs, Co, Cn: no characters at all. Zl, Zp: line breaks under another name.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, keep: str = "") -> str:
    r"""`text` on a terminal or in a log as what it is: unsafe characters as `\x1b` or `\u202e`.

    keep: characters to leave alone, e.g. newlines in text that has paragraphs.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char in keep or unicodedata.category(char) not in _UNSAFE else ascii(char)[1:-1] for char in text
    )


def command_line(argv: Sequence[str], secrets: Iterable[str] = ()) -> str:
    """A command as one would type it in a shell: untruncated, safe to print, secret values as ***."""
    secrets = list(secrets)
    # Masked first: quoting and escaping change a secret's spelling, and it would no longer be found.
    return printable(" ".join(shlex.quote(redact(word, secrets)) for word in argv))


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with each secret value replaced; longer ones first, so that one inside another leaves no rest."""
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, "***")
    return text
