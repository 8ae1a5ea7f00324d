"""`registry/recorded/<id>.json`: reading what smoke tests saw, and its bytes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hub_launch.catalog import Recorded
from hub_launch.catalog.recorded import steady_json
from hub_launch.files import read_bounded
from hub_launch.judge.load.text import HIDDEN

FOLDER = "recorded"

# Servers with a hundred tools and long descriptions have 300 kB.
MAX_BYTES = 4 * 1024 * 1024

# Differ from run to run and from machine to machine, and say nothing about the server.
VOLATILE = ("date", "start_seconds", "tier")


@dataclass(frozen=True)
class RecordedFile:
    """One file of the folder, read when somebody asks: most commands have no use for it. file: as messages name it."""

    path: Path
    file: str

    @property
    def recorded(self) -> Recorded | None:
        """The recorded test; None where the file is none."""
        return self._read[0]

    @property
    def problem(self) -> str:
        """Why there is none; empty where there is."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[Recorded | None, str]:
        try:
            data = read_bounded(self.path, MAX_BYTES)
            return Recorded.model_validate_json(data, by_alias=True, by_name=False), ""
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            return None, f"{'.'.join(map(str, first['loc']))}: {first['msg']}".lstrip(": ")
        except (OSError, ValueError) as error:
            return None, str(error)


def recorded_bytes(recorded: Recorded) -> bytes:
    """The file's content: keys sorted and a line a value, so that a diff shows what changed and nothing else.

    What nobody can see in a diff is escaped.
    """
    document = recorded.model_dump(mode="json", exclude_none=True)
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    # Line breaks are the file's own: those of texts are escaped by JSON.
    escaped = HIDDEN.sub(lambda match: json.dumps(match[0])[1:-1], text)
    return f"{escaped}\n".encode()


def same_but_for_circumstances(old: Recorded, new: Recorded) -> bool:
    """Whether the two say the same of the server."""
    circumstances = {name: getattr(new, name) for name in VOLATILE}
    if steady_json(old.tools) == steady_json(new.tools):
        circumstances["tools"] = new.tools
    return old.model_copy(update=circumstances) == new


def keep_old(old: Recorded | None, new: Recorded) -> bool:
    """Whether the file should stay as it is.

    A test that says the same must make no difference to the file, and one that could not be made where it was run
    does not undo one that could.
    """
    if old is None or old.version != new.version:
        return False
    could_not = new.outcome in ("unreachable", "untried") and old.outcome not in ("unreachable", "untried")
    return could_not or same_but_for_circumstances(old, new)


@dataclass(frozen=True, slots=True)
class ToolChanges:
    """How two sets of tools differ: names, sorted; for changed ones the keys of their definitions that differ."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] | None = None

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def sentences(self) -> list[str]:
        """A line a tool: `+ new`, `- gone`, `~ changed (description)`."""
        changed = [f"~ {name} ({', '.join(keys)})" for name, keys in (self.changed or {}).items()]
        return [*(f"+ {name}" for name in self.added), *(f"- {name}" for name in self.removed), *changed]


def tool_changes(old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]) -> ToolChanges:
    """What became of the tools; `_meta`, which is no part of the digest, is left out of it."""
    before = {tool["name"]: tool for tool in old}
    after = {tool["name"]: tool for tool in new}
    changed = {
        name: keys for name in sorted(before.keys() & after.keys()) if (keys := _differing(before[name], after[name]))
    }
    return ToolChanges(tuple(sorted(after.keys() - before)), tuple(sorted(before.keys() - after)), changed)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    keys = sorted((old.keys() | new.keys()) - {"_meta"})
    return tuple(key for key in keys if steady_json(old.get(key)) != steady_json(new.get(key)))
