"""`/profiles/`: the ready-made sets of servers, and one page for each. A registry that has none has no such pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled
from hub_build.pages.data.facts import Facts, read_facts
from hub_build.pages.data.paging import Slice, slices
from hub_build.pages.page import View
from hub_build.pages.server.words import ELSEWHERE, FILES, NETWORK
from hub_build.pages.sets import Given, command_of, given_of
from hub_build.traits import is_remote
from hub_launch.catalog import Profile
from hub_launch.catalog.profiles import ProfileServer
from hub_launch.text import command_line, counted

FOLDER = "profiles/"
TITLE, WORDS = "Ready-made sets", "Servers that go well together, started by one command."

# The folder that the user is in, and one that everybody may have.
HERE, ANOTHER = (".",), "~/project"

# Which hosts these are is on the page of the server.
_NETWORKS = {**NETWORK, "hosts": ("Only the hosts that its page names.", "")}


@dataclass(frozen=True, slots=True)
class Member:
    """A server of a set. given: what the set says of its parameters.

    elsewhere: what to say of one that runs on somebody else's machine; empty for others. network, files: what it may
    do, and how much that is (`good`, `warn`).
    """

    server: Facts
    given: tuple[Given, ...]
    elsewhere: str
    network: tuple[str, str]
    files: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Set:
    """One set, and all that it starts, in its order."""

    id: str
    title: str
    description: str
    members: tuple[Member, ...]

    @property
    def command(self) -> str:
        """What starts it."""
        return command_of(self.id)

    @property
    def elsewhere(self) -> str:
        """What starts it with another folder than the user's current one; empty where it takes none."""
        here = [f"{one.server.id}.{given.name}" for one in self.members for given in one.given if given.values == HERE]
        words = [word for name in here for word in ("--set", f"{name}={ANOTHER}")]
        return f"{self.command} {command_line(words)}" if words else ""

    @property
    def wants(self) -> tuple[str, ...]:
        """The titles of servers that do not start without a key, a token or an account."""
        return tuple(one.server.title for one in self.members if one.server.credentials == "required")


@dataclass(frozen=True, slots=True)
class Sets:
    """The page of all, or of some: by id."""

    slice: Slice[Set]


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Iterator[View]:
    """The page of all sets, and each one's."""
    if not compiled.profiles:
        return
    facts = {one.id: one for one in read_facts(tuple(rows))}
    sets = [_set(profile, facts) for profile in compiled.profiles]
    for part in slices(sets):
        yield View(FOLDER, "profiles.html", part.titled(TITLE), WORDS, Sets(part), "servers", file=part.file)
    for one in sets:
        about = f"{one.description} {counted(len(one.members), 'MCP server')}, started by one command."
        yield View(f"{FOLDER}{one.id}/", "profile.html", f"{one.title}: a set of servers", about, one, "servers")


def _set(profile: Profile, facts: Mapping[str, Facts]) -> Set:
    members = tuple(_member(one, facts[one.id]) for one in profile.servers if one.id in facts)
    return Set(profile.id, profile.title, profile.description, members)


def _member(one: ProfileServer, server: Facts) -> Member:
    elsewhere = ELSEWHERE if is_remote(server) else ""
    return Member(server, given_of(one), elsewhere, _NETWORKS[server.network], FILES[server.filesystem])
