"""What smoke tests recorded is of servers that are there, in the version that is there, and whole.

None of it decides about an entry by itself: a record is the registry's own work, made anew by `hub-build smoke`. One
that does not fit its entry is a person's matter; one that was edited by hand fails, because launchers rely on it to
notice a server whose tools changed.
"""

from collections.abc import Iterator

from hub_launch.catalog import Recorded, tools_digest
from hub_launch.judge.findings import Finding, Verdict, quoted
from hub_launch.judge.recorded import RecordedFile
from hub_launch.judge.registry import Registry


def check(registry: Registry) -> Iterator[Finding]:
    """Every file of `recorded/` belongs to an entry and says the truth about itself."""
    versions = {source.text("id"): source.text("version") for source in registry.sources}
    # An entry that could not be read may well be the one that is meant.
    unknown_too = bool(registry.unreadable)
    for file in registry.recorded:
        if file.recorded is None:
            yield _finding(file, Verdict.FAIL, f"is no record of a smoke test: {file.problem}", _again(file.path.stem))
            continue
        yield from _whole(file, file.recorded)
        if file.recorded.id in versions:
            yield from _current(file, file.recorded, versions[file.recorded.id])
        elif not unknown_too:
            message = f"`id`: {quoted(file.recorded.id)} is no server"
            yield _finding(file, Verdict.FAIL, message, "remove the file with the entry")
    yield from _earlier(registry)


def _earlier(registry: Registry) -> Iterator[Finding]:
    """Records of earlier versions are of versions that are there, each in its place."""
    known = {(source.text("id"), source.text("version")) for source in registry.versions}
    for file in registry.earlier_records:
        found = file.recorded
        if found is None:
            yield _finding(file, Verdict.FAIL, f"is no record of a smoke test: {file.problem}", "remove the file")
        elif (found.id, f"{found.version}.json") != (file.path.parent.name, file.path.name):
            message = f"is a record of {quoted(found.id)} {quoted(found.version)}, in another's place"
            yield _finding(file, Verdict.FAIL, message, f"move it to {found.id}/{found.version}.json")
        elif (found.id, found.version) not in known and not registry.unreadable:
            message = f"{quoted(found.id)} has no earlier version {quoted(found.version)}"
            yield _finding(file, Verdict.FAIL, message, "remove the file")
        else:
            yield from _true(file, found)


def _whole(file: RecordedFile, recorded: Recorded) -> Iterator[Finding]:
    if file.path.name != f"{recorded.id}.json":
        message = f"`id`: {quoted(recorded.id)} is not the name of the file, {quoted(file.path.name)}"
        yield _finding(file, Verdict.FAIL, message, f"rename it to {recorded.id}.json")
    yield from _true(file, recorded)


def _true(file: RecordedFile, recorded: Recorded) -> Iterator[Finding]:
    if recorded.tools is not None and recorded.tools_sha256 != tools_digest(recorded.tools):
        message = f"`toolsSha256`: {quoted(recorded.tools_sha256)} is not the hash of the tools in the file"
        yield _finding(file, Verdict.FAIL, message, f"records are not edited; {_again(recorded.id)}")


def _current(file: RecordedFile, recorded: Recorded, version: str) -> Iterator[Finding]:
    if version and recorded.version != version:
        message = f"`version`: recorded of {quoted(recorded.version)}; the entry is {quoted(version)}"
        yield _finding(file, Verdict.REVIEW, message, _again(recorded.id))


def _again(server: str) -> str:
    return f"`hub-build smoke {server}` writes it anew"


def _finding(file: RecordedFile, severity: Verdict, message: str, hint: str) -> Finding:
    return Finding(file.file, 1, None, "", severity, "recorded", message, hint)
