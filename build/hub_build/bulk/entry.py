"""One entry file: what it is compared by, and what is wrong with it. Depends on its bytes and its name alone."""

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from hub_launch.judge.checks import findings_about
from hub_launch.judge.draft import Draft
from hub_launch.judge.findings import Finding
from hub_launch.judge.load import ENTRY, Loaded, load_bytes
from hub_launch.judge.load.text import read_bounded
from hub_launch.judge.registry import Facts, entry_source


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one file.

    key: of the bytes and the name that were judged; empty where the bytes could not be had.
    facts: None where the file could not be read. findings: without the name of the file, which depends on who asks.
    draft: what it compiles to; None where the file is no entry, or where it is not remembered.
    """

    key: str
    facts: Facts | None
    findings: tuple[Finding, ...]
    draft: Draft | None = None


def bytes_of(path: str) -> bytes | Finding:
    """The bytes of the entry file `path`, or why there are none."""
    return read_bounded(path, "", ENTRY.max_bytes)


def key_of(path: str, data: bytes) -> str:
    """What decides how a file is judged, in short."""
    name = os.path.basename(path)  # noqa: PTH119 (a Path takes ten times as long, for each of all files)
    # A name has no NUL, so that no other name and bytes together are the same.
    return hashlib.sha256(os.fsencode(name) + b"\0" + data).hexdigest()


def judge_file(path: str) -> Judged:
    """Read and judge the entry file `path`."""
    data = bytes_of(path)
    if isinstance(data, Finding):
        return Judged("", None, (data,))
    loaded = load_bytes(data, "", ENTRY)
    if not isinstance(loaded, Loaded):
        return Judged(key_of(path, data), None, loaded)
    source = entry_source(Path(path), loaded)
    return Judged(key_of(path, data), source.facts, tuple(findings_about(source)), source.draft)


def in_file(findings: tuple[Finding, ...], file: str) -> tuple[Finding, ...]:
    """`findings` about the file that is called `file`."""
    return tuple(replace(finding, file=file) for finding in findings)
