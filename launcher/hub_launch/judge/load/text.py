"""Bytes of a file into clean text, or why not. Knows nothing of YAML."""

import codecs
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from hub_launch.judge.findings import Finding, Verdict

# Controls, direction marks, zero-width and other characters without a shape, tags, lone surrogates, no characters.
_INVISIBLE = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)

# What a reviewer cannot see in a diff, but a computer acts on. Of emoji, the sign alone and its colour form (U+FE0F
# right after a symbol) may be used; families and professions joined by U+200D may not: the same joiner between
# letters makes two names that look alike, and telling the uses apart needs tables that change every year.
HIDDEN = re.compile(rf"[{_INVISIBLE}]|\r(?!\n)|(?<![0-9#*\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff])\ufe0f")

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE_AS = "save the file as UTF-8 without byte-order mark"


def read_bounded(path: Path | str, file: str, max_bytes: int) -> bytes | Finding:
    """The bytes of the regular file `path`, which findings call `file`."""
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISREG(mode):
            kind = "a symbolic link" if stat.S_ISLNK(mode) else "not a regular file"
            return _whole(file, "not-a-file", f"is {kind}", "put the file itself here")
        with open(path, "rb", opener=_open_as_it_is) as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        return _whole(file, "unreadable", f"cannot be read: {error.strerror}")
    return data if len(data) <= max_bytes else too_large(file, max_bytes)


def _open_as_it_is(path: str, flags: int) -> int:
    # Should the file be swapped after the look at it, a link is still not followed and a pipe not waited for.
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def too_large(file: str, max_bytes: int) -> Finding:
    """The finding about a file of more than `max_bytes`."""
    return _whole(file, "too-large", f"is larger than {max_bytes // 1024} KiB", "shorten it")


def decode(data: bytes, file: str) -> str | Finding:
    """`data` as text, if it is UTF-8 as every tool reads it."""
    if data.startswith(_UTF16):
        return _whole(file, "encoding", "is UTF-16", _SAVE_AS)
    if data.startswith(codecs.BOM_UTF8):
        return _whole(file, "encoding", "starts with a byte-order mark", _SAVE_AS)
    if b"\0" in data:
        return _at_byte(data, data.index(b"\0"), file, "the file contains a NUL byte: it is binary, or UTF-16")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        return _at_byte(data, error.start, file, f"the file is not UTF-8: byte 0x{data[error.start]:02x}")


def hidden_characters(text: str) -> Iterator[tuple[int, int, str]]:
    """Line, column and description of each hidden character, in order."""
    line, line_start, seen = 1, 0, 0
    for match in HIDDEN.finditer(text):
        line += text.count("\n", seen, match.start())
        line_start = max(line_start, text.rfind("\n", seen, match.start()) + 1)
        seen = match.start()
        yield line, seen - line_start + 1, describe(match[0])


def describe(character: str) -> str:
    """`character` by number and name, as messages show what cannot be seen."""
    name = unicodedata.name(character, "control character")
    return f"the invisible character U+{ord(character):04X} ({name.lower()})"


def _at_byte(data: bytes, offset: int, file: str, message: str) -> Finding:
    line = data.count(b"\n", 0, offset) + 1
    return Finding(file, line, None, "", Verdict.FAIL, "encoding", message, _SAVE_AS)


def _whole(file: str, rule: str, message: str, hint: str = "") -> Finding:
    return Finding(file, 1, None, "", Verdict.FAIL, rule, f"the file {message}", hint)
