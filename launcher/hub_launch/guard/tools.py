"""What tools a server was agreed to have: others are not served until they were looked at."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hub_launch.catalog import canonical_json
from hub_launch.catalog.lock import Lock, Pin
from hub_launch.catalog.recorded import TOOL_KEYS, tools_digest
from hub_launch.errors import ExitCode, HubError
from hub_launch.files import read_bounded, write_atomic
from hub_launch.guard.approval import Seal
from hub_launch.guard.lockfile import LockFile
from hub_launch.text import printable, shortened

_log = logging.getLogger(__name__)

Tools = Sequence[Mapping[str, Any]]

# A server's whole list; see hub_launch.run.lists.
MAX_BYTES = 32 * 1024 * 1024
# How many names a sentence has room for.
MAX_NAMED = 5


@dataclass(frozen=True)
class ToolChanges:
    """How one list of tools differs from another: names, sorted."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def sentence(self) -> str:
        """For people; safe to print."""
        parts = (("new", self.new), ("changed", self.changed), ("gone", self.gone))
        return "; ".join(f"{len(names)} {word} ({_some(names)})" for word, names in parts if names)


class ToolPins:
    """The pinned tools of one user's lock, with the definitions behind the hashes in a folder."""

    def __init__(self, lock: LockFile, seal: Seal, folder: Path) -> None:
        self._lock = lock
        self._seal = seal
        self._folder = folder

    def refusal(self, server: str, tools: Tools) -> str:
        """Why these tools of a server that was started are not served; empty if they are.

        The first that are seen after the user agreed to the server are pinned. Raises HubError for a broken lock.
        """
        pin = self._lock.read().servers.get(server)
        if pin is None:
            return ""
        digest = tools_digest(tools)
        if pin.tools_sha256 == digest:
            return ""
        try:
            self._keep(server, "seen" if pin.tools_sha256 else "agreed", tools)
            if pin.tools_sha256 is None:
                self._pin(server, digest)
        except (OSError, HubError) as error:
            _log.warning("the tools of %s cannot be kept: %s", server, error)
        if pin.tools_sha256 is None:
            return ""
        # The definitions may have been removed, and the hash says only that they were others.
        return changes(self.agreed(server), tools).sentence() if self.agreed(server) else "others than were agreed to"

    def takes(self, server: str, tools: Tools) -> bool:
        """Whether these would be served: nothing else was agreed to. Pins nothing."""
        pin = self._lock.read().servers.get(server)
        return pin is None or pin.tools_sha256 in (None, tools_digest(tools))

    def agreed(self, server: str) -> Tools:
        """The definitions that were agreed to; none where they are not kept any more."""
        return self._kept(server, "agreed")

    def seen(self, server: str) -> Tools:
        """Those that were seen last and are not agreed to. Raises HubError where there are none."""
        tools = self._kept(server, "seen")
        pin = self._lock.read().servers.get(server)
        if not tools or pin is None or pin.tools_sha256 == tools_digest(tools):
            raise HubError(
                f"There is nothing to look at: {server} has the tools that were agreed to, or was not started since",
                f"`hub-launch {server}` starts it",
                ExitCode.USAGE,
            )
        return tools

    def approve(self, server: str) -> None:
        """Agree to the tools that were seen last. Raises HubError where there are none."""
        tools = self.seen(server)
        self._keep(server, "agreed", tools)
        self._pin(server, tools_digest(tools))

    def _pin(self, server: str, digest: str) -> None:
        def change(lock: Lock) -> Lock:
            pin = lock.servers.get(server)
            if pin is None:
                return lock
            return lock.model_copy(update={"servers": {**lock.servers, server: self._sealed(server, pin, digest)}})

        self._lock.change(change)

    def _sealed(self, server: str, pin: Pin, digest: str) -> Pin:
        pinned = pin.model_copy(update={"tools_sha256": digest})
        # What nobody agreed to here does not become agreed to by having been started.
        agreed = pin.approval is not None and self._seal.holds(server, pin)
        return (
            self._seal.approve(server, pinned, date.fromisoformat(pin.approval.date))
            if agreed and pin.approval
            else pinned
        )

    def _keep(self, server: str, what: str, tools: Tools) -> None:
        shown = [{key: tool[key] for key in TOOL_KEYS if tool.get(key) is not None} for tool in tools]
        write_atomic(self._path(server, what), canonical_json(shown))

    def _kept(self, server: str, what: str) -> Tools:
        try:
            tools: Tools = json.loads(read_bounded(self._path(server, what), MAX_BYTES))
        except (OSError, ValueError):
            return ()
        return tools

    def _path(self, server: str, what: str) -> Path:
        return self._folder / f"{server}.{what}.json"


def changes(before: Tools, now: Tools) -> ToolChanges:
    """What is another in `now`."""
    old, new = _by_name(before), _by_name(now)
    return ToolChanges(
        tuple(sorted(new.keys() - old.keys())),
        tuple(
            sorted(name for name in new.keys() & old.keys() if tools_digest([new[name]]) != tools_digest([old[name]]))
        ),
        tuple(sorted(old.keys() - new.keys())),
    )


def shown_changes(before: Tools, now: Tools) -> Iterator[str]:
    """Every difference in full, a line each; safe to print."""
    old, new, differ = _by_name(before), _by_name(now), changes(before, now)
    for name in differ.new:
        yield f"+ {printable(name)}"
        yield from (f"    {key}: {_words(new[name][key])}" for key in TOOL_KEYS[1:] if new[name].get(key) is not None)
    for name in differ.changed:
        yield f"~ {printable(name)}"
        for key in TOOL_KEYS[1:]:
            if old[name].get(key) != new[name].get(key):
                yield f"  - {key}: {_words(old[name].get(key))}"
                yield f"  + {key}: {_words(new[name].get(key))}"
    for name in differ.gone:
        yield f"- {printable(name)}"


def _by_name(tools: Tools) -> dict[str, Mapping[str, Any]]:
    return {str(tool.get("name")): tool for tool in tools}


def _words(value: Any) -> str:
    return (
        printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        if value is not None
        else "(none)"
    )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return ", ".join(printable(shortened(name, 64)) for name in names[:MAX_NAMED]) + more
