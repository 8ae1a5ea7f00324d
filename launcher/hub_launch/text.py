"""Making strangers' text safe to print."""

import re
import shlex
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

# Cc: control characters (ESC starts a terminal's commands). Cf: invisible ones, among them those that reverse the
# reading direction and hide words. Cs, Co, Cn: no characters at all. Zl, Zp: line breaks under another name.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

# A cell of a table holds about two lines of this.
MAX_REASON = 300


def printable(text: str, keep: str = "") -> str:
    r"""`text` on a terminal or in a log as what it is: unsafe characters as `\x1b` or `\u202e`.

    keep: characters to leave alone, e.g. newlines in text that has paragraphs.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char in keep or unicodedata.category(char) not in _UNSAFE else ascii(char)[1:-1] for char in text
    )


def counted(number: int, what: str) -> str:
    """`1 tool`, `2 tools`: so many of what has an `s` when there are several."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def command_line(argv: Sequence[str], secrets: Iterable[str] = ()) -> str:
    """A command as one would type it in a shell: untruncated, safe to print, secret values as ***."""
    secrets = list(secrets)
    # Masked first: quoting and escaping change a secret's spelling, and it would no longer be found.
    return printable(" ".join(shlex.quote(redact(word, secrets)) for word in argv))


def from_home(text: str) -> str:
    """`text` with paths below the user's home as a shell takes them, too: `~/.cursor/mcp.json`."""
    return re.sub(rf"(?<!\S){re.escape(str(Path.home()))}/(?=\S)", "~/", text)


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with each secret value replaced; longer ones first, so that one inside another leaves no rest."""
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, "***")
    return text


def telling_line(words: str) -> str:
    """The line of a program's last words that tells most; empty when there is none.

    npm puts what is wrong in the first lines after its error code; most other programs end with it.
    """
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    npm = [line.removeprefix("npm error ") for line in lines if line.startswith("npm error ")]
    if npm:
        return shortened(next((line for line in npm if not line.startswith("code ")), npm[0]))
    last_error = max((i for i, line in enumerate(lines) if "error" in line.lower()), default=len(lines) - 1)
    # With the line below it, where uv says the cause.
    return shortened(" ".join(lines[last_error : last_error + 2]))


def shortened(text: str, limit: int = MAX_REASON) -> str:
    """`text`, cut to so many characters; to the length of a reason, if nothing else is said."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
