"""Which tools clients are shown, and under which names: what the user says about it, and what it means for an offer.

What is hidden is hidden from everybody and in every way: it is in no list, and it cannot be called.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Literal, get_args

import msgspec

from hub_launch.errors import ExitCode, HubError
from hub_launch.run.messages import fields_of
from hub_launch.run.offer import MAX_NAME, Definition, Offer
from hub_launch.text import printable

Mode = Literal["all", "search", "auto"]
"""How tools are offered: every one, by a search among them, or whichever suits their number."""

MODES: tuple[str, ...] = get_args(Mode)

# Assistants choose worse among more, and some take no more than 40 of them.
TOOLS_OVER = 40

_TAG = "tag:"
_FORM = "<id>.<tool> or tag:<tag>, where * stands for anything, as in 'filesystem.read_*'"
# What the specification lets a tool be called (2025-11-25).
_NAME = re.compile(rf"[A-Za-z0-9_.-]{{1,{MAX_NAME}}}")


@dataclass(frozen=True)
class Selection:
    """What the user chose. Raises HubError (exit 2) for a pattern or a name that cannot be meant."""

    only: tuple[str, ...] = ()
    """Patterns; once there is one, a tool that none of them matches is hidden."""
    hide: tuple[str, ...] = ()
    """Patterns of tools that are hidden, also where `only` matches them."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """`<id>.<tool>` -> the tool's name after its server's id, where all servers' tools are together."""
    mode: Mode = "auto"
    tools_over: int = TOOLS_OVER
    """With `auto`, more tools than this are searched."""
    only_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of single servers, patterns of their tools' names: what none of them matches is hidden, others' tools are not."""

    def __post_init__(self) -> None:
        for pattern in (*self.only, *self.hide):
            _check_pattern(pattern)
        for tool, name in self.renames.items():
            _check_rename(tool, name)

    @property
    def hides(self) -> bool:
        """Whether there is any filter."""
        return bool(self.only or self.hide or self.only_of)

    def visible(self, server: str, tags: Set[str], offer: Offer) -> Offer:
        """What is left of a server's offer. Only tools are filtered."""
        if not self.hides:
            return offer
        tools = tuple(tool for tool in offer.tools if self._shows(server, tags, tool))
        return offer if len(tools) == len(offer.tools) else replace(offer, tools=tools)

    def names(self, server: str, tools: Sequence[str]) -> dict[str, str]:
        """What a server's tools are called after the server's id; a new name that another has is not given."""
        taken = set(tools)
        names = {}
        for tool in tools:
            wanted = self.renames.get(f"{server}.{tool}", tool)
            names[tool] = tool if wanted in taken else wanted
            taken.add(wanted)
        return names

    def unmatched(self, offers: Iterable[tuple[str, Set[str], Offer]]) -> list[str]:
        """What has no effect, as command lines write it; given id, tags and whole offer of each server."""
        known = list(offers)
        unmatched = [
            f"{option} {pattern}"
            for option, patterns in (("--only", self.only), ("--hide", self.hide))
            for pattern in patterns
            if not any(_matches(pattern, *one) for one in _each(known))
        ]
        given = {
            f"{server}.{own}": name
            for server, _, offer in known
            for own, name in self.names(server, [tool.name for tool in offer.tools]).items()
        }
        return [*unmatched, *(f"--rename {old}={new}" for old, new in self.renames.items() if given.get(old) != new)]

    def _shows(self, server: str, tags: Set[str], tool: Definition) -> bool:
        own = self.only_of.get(server)
        if own is not None and not any(fnmatchcase(tool.name, pattern) for pattern in own):
            return False
        if any(_matches(pattern, server, tags, tool) for pattern in self.hide):
            return False
        return not self.only or any(_matches(pattern, server, tags, tool) for pattern in self.only)


SHOW_ALL = Selection()


def selection_of(
    only: Iterable[str], hide: Iterable[str], renames: Iterable[str], mode: Mode, tools_over: int
) -> Selection:
    """A selection as command lines write it, with renames as `<id>.<tool>=<name>`. Raises HubError (exit 2)."""
    pairs: dict[str, str] = {}
    for text in renames:
        tool, equals, name = text.partition("=")
        if not equals:
            raise _wrong(f"rename {text}", "the form is <id>.<tool>=<name>, as in filesystem.read_text_file=read")
        pairs[tool] = name
    return Selection(tuple(only), tuple(hide), pairs, mode, tools_over)


def check_servers(selection: Selection, servers: Mapping[str, Set[str]]) -> None:
    """Raise HubError (exit 2) for what is about none of these servers, with their tags: it is a slip of the pen."""
    for pattern in (*selection.only, *selection.hide, *selection.renames):
        if not any(_may_match(pattern, server) for server in servers):
            hint = f"they are {', '.join(servers)}"
            raise _wrong(f"{pattern}: none of the servers to start is meant by it", hint)


def _may_match(pattern: str, server: str) -> bool:
    if pattern.startswith(_TAG):
        # Servers may tag single tools, which is known once they are up.
        return True
    return fnmatchcase(server, pattern.partition(".")[0])


def _matches(pattern: str, server: str, tags: Set[str], tool: Definition) -> bool:
    if pattern.startswith(_TAG):
        wanted = pattern.removeprefix(_TAG)
        return any(fnmatchcase(tag, wanted) for tag in (*tags, *_own_tags(tool)))
    ids, _, tools = pattern.partition(".")
    return fnmatchcase(server, ids) and fnmatchcase(tool.name, tools)


def _own_tags(tool: Definition) -> list[str]:
    """The tags of one tool, where FastMCP writes them: OpenAPI servers and many in Python have them."""
    meta = fields_of((fields_of(tool.raw) or {}).get("_meta", msgspec.Raw(b"{}"))) or {}
    own = fields_of(meta.get("fastmcp", meta.get("_fastmcp", msgspec.Raw(b"{}")))) or {}
    try:
        return msgspec.json.decode(own.get("tags", b"[]"), type=list[str])
    except ValueError:
        return []


def _each(offers: Iterable[tuple[str, Set[str], Offer]]) -> Iterator[tuple[str, Set[str], Definition]]:
    for server, tags, offer in offers:
        for tool in offer.tools:
            yield server, tags, tool


def _check_pattern(pattern: Any) -> None:
    if pattern.startswith(_TAG):
        right = len(pattern) > len(_TAG)
    else:
        server, dot, tool = pattern.partition(".")
        right = bool(server and dot and tool)
    if not right:
        raise _wrong(f"{pattern}: no pattern of tools", f"the form is {_FORM}")


def _check_rename(tool: str, name: str) -> None:
    server, dot, own = tool.partition(".")
    if not (server and dot and own):
        raise _wrong(f"rename {tool}={name}: '{tool}' names no tool", "the form is <id>.<tool>=<name>")
    if not _NAME.fullmatch(name):
        hint = f"1 to {MAX_NAME} letters, digits, _, - and ."
        raise _wrong(f"rename {tool}={name}: '{name}' cannot be a tool's name", hint)


def _wrong(what: str, hint: str) -> HubError:
    return HubError(printable(what), hint, ExitCode.USAGE)
