"""Entries of the user's own: a folder of YAML files, each judged as a pull request with it would be."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from hub_launch.catalog import Entry
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import write_atomic
from hub_launch.judge.checks import run_checks
from hub_launch.judge.findings import Finding, Verdict, verdict_of
from hub_launch.judge.load import ENTRY, Loaded, load_bytes
from hub_launch.judge.registry import Registry, Source, entry_source, read_registry, text_of

# What people write themselves; all of them are read at each start.
MAX_ENTRIES = 500

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}[a-z0-9]")
# What an entry is called as long as it does not say so.
_NAMELESS = "entry"
# One line for a text, however long: the loader reads no folded one as it was.
_WIDTH = 1_000_000


class Rejected(HubError):
    """An entry that no registry would take. findings: why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        worst = max(findings, key=lambda one: one.severity)
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(f"{worst.file}:{worst.line}: {worst.message}{more}", worst.hint)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Published:
    """An entry that is part of the overlay now. findings: what a person should look at before it is started."""

    entry: Entry
    path: Path
    findings: tuple[Finding, ...]


class Overlay:
    """The folder, which has the form of a registry: `servers/<id>.yaml`."""

    def __init__(self, folder: Path, taken: Callable[[str], str] = lambda name: "") -> None:
        """taken: where else an id is known, in words; empty if nowhere. An id has one meaning. May raise HubError."""
        self.folder = folder
        self._taken = taken

    def publish(self, data: bytes, *, is_json: bool = False) -> Published:
        """Add an entry. Raises Rejected, and HubError (exit 2) where there is one of its id, here or elsewhere."""
        published = self._judged(data, is_json)
        name = published.entry.id
        if name in self.names():
            raise HubError(
                f"{name} is published already",
                f"`hub-launch publish --replace {name} FILE`, or PUT /v0/servers/{name}, puts another in its place",
                ExitCode.USAGE,
            )
        where = self._taken(name)
        if where:
            raise HubError(
                f"{name} is the id of another server, in {where}: it would hide that one",
                "choose another id",
                ExitCode.USAGE,
            )
        if len(self.names()) >= MAX_ENTRIES:
            raise HubError(f"There are {MAX_ENTRIES} entries of your own already", "unpublish some", ExitCode.USAGE)
        return self._written(published, data, is_json)

    def replace(self, name: str, data: bytes, *, is_json: bool = False) -> Published:
        """Put another version in the place of an entry. Raises Rejected, and HubError (exit 2) for an unknown one."""
        self._require(name)
        published = self._judged(data, is_json)
        if published.entry.id != name:
            raise HubError(f"the entry is called {published.entry.id}, and not {name}", code=ExitCode.USAGE)
        return self._written(published, data, is_json)

    def remove(self, name: str) -> None:
        """Forget an entry. Raises HubError (exit 2) for an unknown one."""
        path = self._require(name)
        try:
            path.unlink()
        except OSError as error:
            raise HubError(f"{path} cannot be removed: {error.strerror or error}", "see who owns it") from error

    def names(self) -> list[str]:
        """The ids that there are files for, sorted."""
        found = self._servers.glob("*.yaml") if self._servers.is_dir() else ()
        return sorted(path.stem for path in found)

    def read(self) -> tuple[list[Entry], list[Finding]]:
        """The entries that may be started, and what keeps the others from it: somebody may have edited the files."""
        if not self._servers.is_dir():
            return [], []
        registry = read_registry(self.folder)
        findings = [one for one in run_checks(registry) if one.severity is Verdict.FAIL]
        bad = {one.file for one in findings}
        entries = (source.entry for source in registry.sources if source.file not in bad)
        return [entry for entry in entries if entry], findings

    @property
    def _servers(self) -> Path:
        return self.folder / "servers"

    def _path(self, name: str) -> Path:
        return self._servers / f"{name}.yaml"

    def _require(self, name: str) -> Path:
        if name not in self.names():
            known = ", ".join(self.names())
            hint = f"there are: {known}" if known else "there is none: `hub-launch publish FILE` makes one"
            raise HubError(f"There is no entry {name} of your own", hint, ExitCode.USAGE)
        return self._path(name)

    def _judged(self, data: bytes, is_json: bool) -> Published:
        text = _as_yaml(data) if is_json else data
        loaded = load_bytes(text, _NAMELESS, ENTRY)
        if not isinstance(loaded, Loaded):
            raise Rejected(loaded)
        given = text_of(loaded, "id")
        # What is no id names no file; the checks say so.
        path = self._path(given if _ID.fullmatch(given) else _NAMELESS)
        source = entry_source(path, replace(loaded, file=path.name))
        found = run_checks(self._with(source), frozenset({path.name}))
        # The name of the file is ours, and what is wrong with the id is said of the id.
        findings = tuple(one for one in found if one.rule != "file-name")
        if verdict_of(findings) is Verdict.FAIL or source.entry is None:
            raise Rejected(findings)
        return Published(source.entry, path, findings)

    def _with(self, source: Source) -> Registry:
        """The overlay as it would be with the entry in it."""
        registry = read_registry(self.folder) if self._servers.is_dir() else Registry()
        others = (one for one in registry.sources if one.path.name != source.path.name)
        return replace(registry, sources=(*others, source))

    def _written(self, published: Published, data: bytes, is_json: bool) -> Published:
        try:
            write_atomic(published.path, _as_yaml(data) if is_json else data)
        except OSError as error:
            raise HubError(f"{published.path} cannot be written: {error}", "make room, or see who owns it") from error
        return published


class Ephemeral(Overlay):
    """Entries in memory alone, gone with the process; judged together with those of the folder."""

    def __init__(self, folder: Path, taken: Callable[[str], str] = lambda name: "") -> None:
        super().__init__(folder, taken)
        self._kept: dict[str, tuple[Source, Entry]] = {}

    def names(self) -> list[str]:
        """See Overlay."""
        return sorted(self._kept)

    def remove(self, name: str) -> None:
        """See Overlay."""
        self._require(name)
        del self._kept[name]

    def read(self) -> tuple[list[Entry], list[Finding]]:
        """See Overlay. Nobody edits memory."""
        return [entry for _, entry in self._kept.values()], []

    def _with(self, source: Source) -> Registry:
        registry = super()._with(source)
        others = (one for one, _ in self._kept.values() if one.path.name != source.path.name)
        return replace(registry, sources=(*registry.sources, *others))

    def _written(self, published: Published, data: bytes, is_json: bool) -> Published:
        loaded = load_bytes(_as_yaml(data) if is_json else data, published.path.name, ENTRY)
        if isinstance(loaded, Loaded):
            self._kept[published.entry.id] = (entry_source(published.path, loaded), published.entry)
        return published


def _as_yaml(data: bytes) -> bytes:
    """An entry in JSON as the registry keeps them. Raises Rejected."""
    loaded = load_bytes(data, _NAMELESS, replace(ENTRY, json=True))
    if not isinstance(loaded, Loaded):
        raise Rejected(loaded)
    if loaded.findings:
        raise Rejected(tuple(loaded.findings))
    # By way of JSON: what is numbers and text there is so in YAML.
    document: Any = json.loads(data)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=_WIDTH).encode()
