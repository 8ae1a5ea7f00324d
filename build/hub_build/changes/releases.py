"""A change of what runs is a new version, and the version before it is kept."""

from collections.abc import Iterator
from typing import Any

from hub_build.changes.branch import Branch, EntryChange
from hub_launch.catalog import Entry
from hub_launch.judge.findings import Finding, Verdict, quoted

# What a user's machine starts, or connects to.
_RUNS = ("packages", "remotes", "openapi", "module", "extensions")
# Words about it, which may be improved at any time.
_WORDS = ("description", "placeholder")


def check(branch: Branch) -> Iterator[Finding]:
    """Nothing that runs changes under one version; a new version has its day, and the old one its file."""
    descriptions = {change.inside[1] for change in branch.below("openapi") if len(change.inside) > 1}
    for change in branch.entries:
        yield from _date(change, branch.today)
        if change.entries is None:
            continue
        before, after = change.entries
        if before.version == after.version:
            yield from _same_version(change, before, after, descriptions)
        else:
            yield from _release(change, before, after, branch)


def _same_version(change: EntryChange, before: Entry, after: Entry, descriptions: set[str]) -> Iterator[Finding]:
    hint = "set a new `version` and `published`, or leave it as it was; text alone may change at any time"
    for key in _RUNS:
        if _running(before, key) != _running(after, key):
            message = f"`{key}` changed, and `version` is still {quoted(after.version)}"
            yield change.finding(key, Verdict.FAIL, "same-version", message, hint)
    file = after.openapi.file if after.openapi else None
    if file in descriptions:
        message = f"{quoted(f'openapi/{file}')} changed, and `version` is still {quoted(after.version)}"
        yield change.finding("openapi", Verdict.FAIL, "same-version", message, hint)
    if before.published != after.published:
        message = f"`published`: {quoted(after.published)} was {quoted(before.published)}, and `version` is the same"
        yield change.finding("published", Verdict.FAIL, "published-date", message, "it is the version's first day")
    if before.name != after.name:
        message = f"`name`: {quoted(after.name)} was {quoted(before.name)}"
        yield change.finding("name", Verdict.REVIEW, "name-changed", message, "clients know the server by its name")


def _release(change: EntryChange, before: Entry, after: Entry, branch: Branch) -> Iterator[Finding]:
    file = f"versions/{change.id}/{before.version}.yaml"
    if not any("/".join(source.path.parts[-3:]) == file for source in branch.registry.versions):
        message = f"`version`: {quoted(before.version)} was published, and is not kept as {file}"
        source = f"{branch.base[:12]}:registry/servers/{change.id}.yaml"
        hint = f"`git show {source} > registry/{file}`; `hub-build bump` does it by itself"
        yield change.finding("version", Verdict.FAIL, "version-not-kept", message, hint)
    if after.published < before.published:
        message = f"`published`: {quoted(after.published)} is before {quoted(before.published)}, the version before it"
        yield change.finding("published", Verdict.FAIL, "published-date", message, f'write "{branch.today}"')


def _date(change: EntryChange, today: str) -> Iterator[Finding]:
    after = change.after.entry if change.after else None
    if after and change.kind and today and after.published > today:
        message = f"`published`: {quoted(after.published)} is in the future"
        yield change.finding("published", Verdict.FAIL, "published-date", message, f'write "{today}"')


def _running(entry: Entry, key: str) -> Any:
    """What `key` says, without the words about it."""
    document = entry.model_dump(mode="json", exclude_unset=True, include={key})
    return _without_words(document.get(key))


def _without_words(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_words(one) for one in value]
    if not isinstance(value, dict):
        return value
    # A variable may be called `description`; what it says is then no text but a mapping.
    kept = {key: inner for key, inner in value.items() if key not in _WORDS or not isinstance(inner, str)}
    # Names that publishers give to tools run too, whatever operation they are of.
    return {key: inner if key == "mcpNames" else _without_words(inner) for key, inner in kept.items()}
