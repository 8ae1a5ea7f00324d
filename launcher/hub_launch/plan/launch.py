"""What will be started: a process spoken to over its pipes, or an address spoken to over HTTP.

Every kind of server becomes one of these two, so that consent, supervision and the hub know no kinds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Literal

from hub_launch.catalog import Package
from hub_launch.catalog.entry import Permissions

Start = Literal["eager", "lazy"]
"""`lazy`: started by the first call. Where it is not known yet what the server offers, it is started once to ask."""


Balance = Literal["least-in-flight", "round-robin"]
"""How calls are spread over several instances; see hub_launch.run.balance."""

Isolation = Literal["shared", "session"]
"""`session`: each client's session has a child of its own, or its own session with the remote, which may ask it."""


@dataclass(frozen=True)
class Packaged:
    """What of a command a package runner does, so that an installer can do it beforehand, once."""

    package: Package
    runtime: tuple[str, ...] = ()
    """Arguments of the runner, before the package."""
    program: str = ""
    """The program of the installed environment to start; empty for the package's own."""
    arguments: tuple[str, ...] = ()
    """What the started program is given."""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Parameter -> what the user gave for it, for a package that says itself where its settings go."""


@dataclass(frozen=True)
class Inside:
    """A Python module that is served inside the hub's own process, in the place of the command."""

    module: str
    """Its import path."""
    entrypoint: str = ""
    """The object or function in it; empty for the usual names."""


@dataclass(frozen=True)
class About:
    """What the entry says of a server, for whoever is shown the servers of a hub."""

    name: str
    """In the official registry."""
    description: str
    version: str


@dataclass(frozen=True)
class StdioLaunch:
    """A child process that speaks MCP on its standard input and output."""

    id: str
    title: str
    kind: str
    """The loader that planned it, for people: npm, pypi, openapi, ..."""
    argv: tuple[str, ...]
    """The exact command; the program is an absolute path."""
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The child's whole environment."""
    declared: tuple[str, ...] = ()
    """The names in `env` that the entry asked for; the rest is what its runner needs."""
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """Values that must never be shown."""
    cwd: str | None = None
    packaged: Packaged | None = None
    """How `argv` comes about, where a package runner is in it."""
    installed: Package | None = field(default=None, compare=False)
    """The package that `argv` starts, once it is installed and no runner is needed any more."""
    paths: tuple[str, ...] = ()
    """Files and folders that the user named in parameters: what `filesystem: arguments` is about. Absolute."""
    programs: tuple[str, ...] = ()
    """Files and folders that the command is made of; a sandbox lets it read them. Absolute."""
    permissions: Permissions = field(default_factory=Permissions)
    """What the entry asks for; the sandbox grants no more."""
    start: Start = "eager"
    idle_seconds: float | None = None
    """It may be stopped when it has not been used for so long, and is started again by the next call; None: never."""
    own: bool = False
    """The user wrote the command: no entry says what it may do, and nothing shuts it in."""
    confided: frozenset[str] = frozenset()
    """Of the secrets of an own command, those that are certainly the user's. Others, such as values in a project's
    file, may be made to hide a part of the command from who is asked about it."""
    varying: frozenset[str] = frozenset()
    """Of the variables of an own command, those that stand for others of the user's, and may change as these do."""
    tier: str = ""
    """How it is shut in (hub_launch.guard.sandbox); empty until that is known."""
    wrapping: int = 0
    """How many words at the beginning of `argv` shut in the command that follows."""
    contained: bool = False
    """The command shuts its server in by itself; a sandbox around it would shut in the wrong program."""
    after: tuple[tuple[str, ...], ...] = ()
    """Commands, with `env`, that end what a child of this command may leave behind where no signal reaches. To be run
    each time a child is gone, before the next is started; that they fail means that nothing was left."""
    inside: Inside | None = None
    """What runs inside the hub instead of `argv`, with all that the hub may do; None for a process of its own."""
    tags: frozenset[str] = frozenset()
    """The entry's categories and tags."""
    about: About | None = field(default=None, compare=False)
    """None for what is no registry's. What is said of a server makes it no other."""
    instances: int = 1
    """How many processes of it there are, among which calls are spread."""
    balance: Balance = "least-in-flight"
    isolation: Isolation = "shared"
    alternatives: "tuple[Launch, ...]" = ()
    """What is started in its place when it cannot be started or does not answer any more, best first, without any."""


@dataclass(frozen=True)
class HttpLaunch:
    """A server somebody else runs."""

    id: str
    title: str
    kind: str
    transport: Literal["streamable-http", "sse"]
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """Values that must never be shown."""
    own_network: bool = False
    """The user named the host, which may be on their own machine or network."""
    tags: frozenset[str] = frozenset()
    """The entry's categories and tags."""
    about: About | None = field(default=None, compare=False)
    """None for what is no registry's. What is said of a server makes it no other."""
    instances: int = 1
    """Among how many addresses calls are spread: its own, and those of the alternatives that follow."""
    balance: Balance = "least-in-flight"
    isolation: Isolation = "shared"
    alternatives: "tuple[Launch, ...]" = ()
    """What is started in its place when it cannot be started or does not answer any more, best first, without any."""


Launch = StdioLaunch | HttpLaunch
"""What starting a server means: whatever kind it is, nothing after the planner sees more than one of these two."""


def choices(launch: Launch) -> tuple[tuple[Launch, ...], ...]:
    """What may be started, best first: of each choice the launches of all instances, which run at the same time."""
    left = [replace(launch, alternatives=()), *launch.alternatives]
    found = []
    while left:
        first = left[0]
        same = [first] * launch.instances if isinstance(first, StdioLaunch) else _addresses(left)[: launch.instances]
        left = left[1 if isinstance(first, StdioLaunch) else len(same) :]
        found.append(tuple(same))
    return tuple(found)


def _addresses(launches: Sequence[Launch]) -> list[Launch]:
    """The remote ones at the beginning."""
    return list(takewhile(lambda one: isinstance(one, HttpLaunch), launches))
