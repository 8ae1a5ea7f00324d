"""Unpacking a stranger's archive: nothing outside of the folder, nothing but plain files, no more than so much."""

import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from hub_launch.errors import ExitCode, HubError
from hub_launch.files import is_of_the_disk
from hub_launch.text import printable, shortened

# Servers with all of `node_modules`: the largest published bundles have some 20,000 files and 500 MB.
MAX_FILES = 50_000
MAX_BYTES = 1024 * 1024 * 1024
# What file systems take.
MAX_NAME = 255
MAX_PATH = 1024

# Of the table of contents: some 300 bytes a file.
MAX_CONTENTS = 16 * 1024 * 1024

# The end of an archive as PKWARE's APPNOTE has it: its record, which a comment of up to 64 KB may follow, and what
# stands 20 bytes before it in those with more than four gigabytes.
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_TAIL = 22 + 0xFFFF + 20

_CHUNK = 1024 * 1024

# Windows knows these in every folder, with any ending. What one machine cannot hold is no bundle on another.
_DEVICES = frozenset("con prn aux nul conin$ conout$".split()) | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}
_NOT_IN_NAMES = frozenset('\\:*?"<>|')

_ENCRYPTED = 0x1


class UnsafeArchiveError(HubError):
    """The archive is broken, or not what one should unpack."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} is not unpacked: {shortened(printable(why))}", code=ExitCode.REGISTRY)


def unpack(archive: Path, folder: Path, what: str) -> None:
    """Unpack the ZIP file into the empty `folder`.

    Raises UnsafeArchiveError, and OSError for a disk that is full or not ours to write; what was written by then stays.
    """
    try:
        _check_contents(archive, what)
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            _check(members, what)
            left = MAX_BYTES
            for member in members:
                left -= _write(opened, member, folder, left, what)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        if is_of_the_disk(error):
            raise
        raise UnsafeArchiveError(what, str(error) or type(error).__name__) from error


def _check_contents(archive: Path, what: str) -> None:
    """How long the table of contents is, which is read as a whole: half a gigabyte of it would be all our memory."""
    with archive.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        tail = file.read(_TAIL)
    at = tail.find(_END)
    while at >= 0:
        size = int.from_bytes(tail[at + 12 : at + 16], "little")
        if size > MAX_CONTENTS or tail[max(0, at - 20) : at].startswith(_END_64):
            raise UnsafeArchiveError(what, "it is of a kind that is larger than bundles are")
        at = tail.find(_END, at + 1)


def _check(members: list[zipfile.ZipInfo], what: str) -> None:
    """Everything that the table of contents tells, before the first file is written."""
    if len(members) > MAX_FILES:
        raise UnsafeArchiveError(what, f"it has more than {MAX_FILES:,} files")
    if sum(member.file_size for member in members) > MAX_BYTES:
        raise UnsafeArchiveError(what, f"it has more than {MAX_BYTES:,} bytes")
    for member in members:
        problem = _problem(member)
        if problem:
            raise UnsafeArchiveError(what, f"{member.orig_filename!r} {problem}")
    twice = _same(members)
    if twice:
        raise UnsafeArchiveError(what, f"{twice!r} is there twice, on a file system that knows no case")


def _problem(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & _ENCRYPTED:
        return "is encrypted"
    # As it is in the archive: `zipfile` mends some names when it reads them, until nothing is left of one.
    name = member.orig_filename
    if len(name) > MAX_PATH:
        return "has too long a path"
    parts = name.removesuffix("/").split("/")
    if problem := next(filter(None, map(_problem_of_part, parts)), ""):
        return problem
    kind = stat.S_IFMT(member.external_attr >> 16)
    return "" if kind in (0, stat.S_IFDIR if member.is_dir() else stat.S_IFREG) else "is neither a file nor a folder"


def _problem_of_part(part: str) -> str:
    if part in ("", ".", ".."):
        return "leads out of its folder"
    if len(part.encode(errors="replace")) > MAX_NAME:
        return "has too long a name"
    if any(char in _NOT_IN_NAMES or unicodedata.category(char) in ("Cc", "Cs") for char in part):
        return "has a character that no file's name has"
    if part[-1] in ". " or part.partition(".")[0].rstrip().lower() in _DEVICES:
        return "is a name that some systems know as another"
    return ""


def _same(members: Iterable[zipfile.ZipInfo]) -> str:
    """The first path that some file system takes for one before it; a folder may be named again, a file may not."""
    files: set[str] = set()
    folders: dict[str, str] = {}
    for member in members:
        path = member.filename.removesuffix("/")
        parts = path.split("/")
        above = ["/".join(parts[:depth]) for depth in range(1, len(parts) + member.is_dir())]
        for folder in above:
            if folders.setdefault(_folded(folder), folder) != folder or _folded(folder) in files:
                return folder
        if not member.is_dir():
            if _folded(path) in files or _folded(path) in folders:
                return path
            files.add(_folded(path))
    return ""


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, left: int, what: str) -> int:
    """Write one file or folder and return its size: counted as it comes, for a table of contents may lie."""
    target = folder.joinpath(*member.filename.removesuffix("/").split("/"))
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with opened.open(member) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > left or size > member.file_size:
                raise UnsafeArchiveError(what, f"{member.filename!r} is larger than it says")
            file.write(chunk)
    # Whether it can be run, and nothing else: no file that runs as its owner, none that others may write.
    target.chmod(0o755 if (member.external_attr >> 16) & stat.S_IXUSR else 0o644)
    return size
