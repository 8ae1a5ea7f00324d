"""Reading entries to check and to compile them: what is remembered is taken from memory, the rest is judged."""

from collections.abc import Iterable
from pathlib import Path

from hub_build.bulk.entry import Judged, bytes_of, in_file, key_of
from hub_build.bulk.memory import Memory
from hub_build.bulk.pool import judge_files
from hub_build.findings import Finding
from hub_build.registry import ReadEntries, Source, shown


def bulk_reader(memory: Memory | None, workers: int | None = None) -> ReadEntries:
    """A way to read entries that judges them at once. memory: None to judge all of them anew."""

    def read(paths: Iterable[Path]) -> tuple[tuple[Source, ...], tuple[Finding, ...]]:
        sources: list[Source] = []
        unreadable: list[Finding] = []
        for path, judged in _judged(list(paths), memory, workers):
            findings = in_file(judged.findings, shown(path)) if judged.findings else ()
            if judged.facts is None:
                unreadable += findings
            else:
                sources.append(Source(path, facts=judged.facts, judged=findings, document=judged.document))
        return tuple(sources), tuple(unreadable)

    return read


def _judged(paths: list[Path], memory: Memory | None, workers: int | None) -> Iterable[tuple[Path, Judged]]:
    names = [str(path) for path in paths]
    known = [_remembered(name, memory) for name in names] if memory else [None] * len(names)
    new = judge_files([name for name, one in zip(names, known, strict=True) if one is None], workers)
    if memory is not None:
        memory.remember(new)
    rest = iter(new)
    return [(path, one if one is not None else next(rest)) for path, one in zip(paths, known, strict=True)]


def _remembered(path: str, memory: Memory) -> Judged | None:
    data = bytes_of(path)
    return None if isinstance(data, Finding) else memory.get(key_of(path, data))
