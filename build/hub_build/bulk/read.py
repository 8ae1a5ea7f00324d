"""Reading entries to check and to compile them: what is remembered is taken from memory, the rest is judged."""

from collections.abc import Iterable
from pathlib import Path

from hub_build.bulk.entry import Judged, bytes_of, in_file, key_of
from hub_build.bulk.keys import Keys
from hub_build.bulk.memory import Memory
from hub_build.bulk.pool import judge_files
from hub_launch.judge.findings import Finding
from hub_launch.judge.registry import ReadEntries, Source, shown


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
                sources.append(Source(path, facts=judged.facts, judged=findings, draft=judged.draft))
        return tuple(sources), tuple(unreadable)

    return read


def _judged(paths: list[Path], memory: Memory | None, workers: int | None) -> list[tuple[Path, Judged]]:
    names = [str(path) for path in paths]
    if memory is None:
        return list(zip(paths, judge_files(names, workers), strict=True))
    keys = Keys(memory.path.parent, str(paths[0].parent) if paths else "")
    known = [_remembered(name, memory, keys) for name in names]
    new = judge_files([name for name, one in zip(names, known, strict=True) if one is None], workers)
    memory.remember(new)
    rest = iter(new)
    judged = [one if one is not None else next(rest) for one in known]
    keys.keep((name, one.key) for name, one in zip(names, judged, strict=True))
    return list(zip(paths, judged, strict=True))


def _remembered(path: str, memory: Memory, keys: Keys) -> Judged | None:
    key = keys.get(path)
    if key is None and memory:
        data = bytes_of(path)
        key = None if isinstance(data, Finding) else key_of(path, data)
    return memory.get(key) if key else None
