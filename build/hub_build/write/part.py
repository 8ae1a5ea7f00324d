"""The site in parts: files that come and go together, and are compared and remembered together."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """Some files of a site.

    name: no other part's. digest: of all that the files depend on, 32 bytes. files: makes them, by relative path.
    notes: what whoever made the part wants to have back with the next run. paths: those of its files, where they are
    known before the files are made; a new part is then made once, to be written, and not once more to be compared.
    """

    name: str
    digest: bytes
    files: Callable[[], Mapping[str, bytes]]
    notes: bytes = b""
    paths: tuple[str, ...] = ()


def file_parts(files: Mapping[str, bytes]) -> list[Part]:
    """Each of `files` as a part of its own."""
    return [_file_part(path, data) for path, data in files.items()]


def _file_part(path: str, data: bytes) -> Part:
    return Part(path, hashlib.sha256(data).digest(), lambda: {path: data})
