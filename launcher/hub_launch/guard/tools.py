"""What tools a server was agreed to have: others are not served until they were looked at."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub_launch.catalog import canonical_json
from hub_launch.catalog.lock import MAX_SETS, Lock, Pin
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
    """The pinned tools of one user's lock, with the definitions behind the hashes in a folder.

    `abilities` names what a client can to which a server shows its tools (hub_launch.run.abilities); empty for what all
    clients share. Each of these has tools of its own.
    """

    def __init__(self, lock: LockFile, seal: Seal, folder: Path) -> None:
        self._lock = lock
        self._seal = seal
        self._folder = folder
        self._held: dict[str, Pin] = {}
        """The pins that hold while this process runs, whatever becomes of the file."""

    def refusal(self, server: str, tools: Tools, abilities: str = "") -> str:
        """Why these tools of a server that was started are not served; empty if they are.

        The first that are seen after the user agreed to the server are pinned. Raises HubError for a broken lock.
        """
        pin, digest = self._pin(server), tools_digest(tools)
        if pin and _pinned(pin, abilities) is None:
            if abilities and len(pin.tools_sha256_with or ()) >= MAX_SETS:
                most = f"those of clients that can {MAX_SETS} other sets of things are pinned already"
                return f"{most}, which is the most"
            pin = self._pin_first(server, pin, abilities, tools)
        if pin is None:
            return ""
        if _pinned(pin, abilities) == digest:
            # A disk that was full then may have room now.
            if not self._path(server, abilities, "agreed").exists():
                self._try_to_keep(server, abilities, "agreed", tools)
            return ""
        self._try_to_keep(server, abilities, "seen", tools)
        # The definitions may have been removed, and the hash says only that they were others.
        agreed = self.agreed(server, abilities)
        return changes(agreed, tools).sentence() if agreed else "others than were agreed to"

    def takes(self, server: str, tools: Tools) -> bool:
        """Whether these would be served to all: nothing else was agreed to. Pins nothing."""
        pin = self._pin(server)
        return pin is None or pin.tools_sha256 in (None, tools_digest(tools))

    def agreed(self, server: str, abilities: str = "") -> Tools:
        """The definitions that were agreed to; none where they are not kept any more."""
        pin, kept = self._pin(server), self._kept(server, abilities, "agreed")
        return kept if pin and kept and _pinned(pin, abilities) == tools_digest(kept) else ()

    def seen(self, server: str) -> Mapping[str, Tools]:
        """Those that were seen last and are not agreed to, by abilities. Raises HubError where there are none."""
        pin = self._pin(server)
        of_all = (
            {one: self._kept(server, one, "seen") for one in ("", *sorted(pin.tools_sha256_with or ()))} if pin else {}
        )
        seen = {
            one: tools for one, tools in of_all.items() if pin and tools and _pinned(pin, one) != tools_digest(tools)
        }
        if not seen:
            raise HubError(
                f"There is nothing to look at: {server} has the tools that were agreed to, or was not started since",
                f"`hub-launch {server}` starts it",
                ExitCode.USAGE,
            )
        return seen

    def approve(self, server: str, seen: Mapping[str, Tools]) -> None:
        """Agree to these tools, which the user was shown. Raises HubError where that cannot be written."""
        try:
            for abilities, tools in seen.items():
                self._keep(server, abilities, "agreed", tools)
        except OSError as error:
            hint = f"make room, or make {self._folder} writable; nothing was agreed to"
            raise HubError(f"the tools of {server} cannot be kept: {error}", hint, ExitCode.CONSENT) from error
        digests = {abilities: tools_digest(tools) for abilities, tools in seen.items()}
        self._lock.change(lambda lock: self._with(lock, server, digests))

    def _pin(self, server: str) -> Pin | None:
        """What was agreed to of the server. What somebody else writes into the file meanwhile is no part of it: who
        pulls a project in which a hub runs has not agreed to anything.
        """
        there, held = self._lock.read_if_changed().servers.get(server), self._held.get(server)
        # One without tools is older than what could not be written.
        if there and (held is None or (self._seal.holds(server, there) and _has_tools(there))):
            self._held[server] = there
        return self._held.get(server)

    def _pin_first(self, server: str, pin: Pin, abilities: str, tools: Tools) -> Pin:
        """The pin with these tools, unless another process was faster and pinned others. Where it cannot be kept, it
        holds while this process runs.
        """
        digest = tools_digest(tools)

        def change(lock: Lock) -> Lock:
            there = lock.servers.get(server)
            known = there is None or _pinned(there, abilities) is not None
            return lock if known else self._with(lock, server, {abilities: digest})

        held = self._sealed(server, pin, {abilities: digest})
        try:
            there = self._lock.change(change).servers.get(server)
            if there and _pinned(there, abilities) and self._seal.holds(server, there):
                held = there
        except HubError as error:
            _log.warning("the tools of %s cannot be pinned: %s", server, error)
        self._held[server] = held
        if _pinned(held, abilities) == digest:
            self._try_to_keep(server, abilities, "agreed", tools)
        return held

    def _with(self, lock: Lock, server: str, digests: Mapping[str, str]) -> Lock:
        pin = lock.servers.get(server)
        pinned = self._sealed(server, pin, digests) if pin else None
        # Another process may have pinned the last one meanwhile, and a lock with more could not be read.
        if pinned is None or len(pinned.tools_sha256_with or ()) > MAX_SETS:
            return lock
        return lock.model_copy(update={"servers": {**lock.servers, server: pinned}})

    def _sealed(self, server: str, pin: Pin, digests: Mapping[str, str]) -> Pin:
        alone = {abilities: digest for abilities, digest in digests.items() if abilities}
        by_abilities = {**(pin.tools_sha256_with or {}), **alone}
        tools = {"tools_sha256_with": dict(sorted(by_abilities.items())) or None}
        pinned = pin.model_copy(update={"tools_sha256": digests.get("", pin.tools_sha256), **tools})
        # What nobody agreed to here does not become agreed to by having been started.
        agreed = pin.approval is not None and self._seal.holds(server, pin)
        return self._seal.again(server, pinned, pin.approval) if agreed and pin.approval else pinned

    def _try_to_keep(self, server: str, abilities: str, what: str, tools: Tools) -> None:
        try:
            self._keep(server, abilities, what, tools)
        except OSError as error:
            _log.warning("the tools of %s cannot be kept: %s", server, error)

    def _keep(self, server: str, abilities: str, what: str, tools: Tools) -> None:
        shown = [{key: tool[key] for key in TOOL_KEYS if tool.get(key) is not None} for tool in tools]
        write_atomic(self._path(server, abilities, what), canonical_json(shown))

    def _kept(self, server: str, abilities: str, what: str) -> Tools:
        try:
            tools: Tools = json.loads(read_bounded(self._path(server, abilities, what), MAX_BYTES))
        except (OSError, ValueError):
            return ()
        return tools

    def _path(self, server: str, abilities: str, what: str) -> Path:
        return self._folder / f"{server}{f'.{abilities}' if abilities else ''}.{what}.json"


def _has_tools(pin: Pin) -> bool:
    return pin.tools_sha256 is not None or bool(pin.tools_sha256_with)


def _pinned(pin: Pin, abilities: str) -> str | None:
    return (pin.tools_sha256_with or {}).get(abilities) if abilities else pin.tools_sha256


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
