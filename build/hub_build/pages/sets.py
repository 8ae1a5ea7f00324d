"""Ready-made sets of servers, as the page of a server names them: what else they start, and what they give it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hub_build.compile import Compiled
from hub_launch.catalog import Profile
from hub_launch.catalog.profiles import ProfileServer

# On the page of one server; a link leads to all of them.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter, and what a set gives for it where the user gives nothing."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InSet:
    """A set that a server is in. others: the titles of its other servers. given: to this server."""

    id: str
    title: str
    description: str
    others: tuple[str, ...]
    given: tuple[Given, ...]

    @property
    def command(self) -> str:
        """What starts it."""
        return command_of(self.id)


def command_of(profile: str) -> str:
    """What starts the set of that id; ids need no quotes."""
    return f"hub-launch --profile {profile}"


def given_of(server: ProfileServer) -> tuple[Given, ...]:
    """What a set says of parameters of `server`."""
    return tuple(Given(name, values) for name, values in (server.arguments or {}).items())


def sets_by_server(compiled: Compiled) -> Mapping[str, tuple[InSet, ...]]:
    """By id, the first of the sets that a server is in; one that is in none is missing."""
    if not compiled.profiles:
        return {}
    titles = {one.id: one.title for one in compiled.documents}
    found: defaultdict[str, tuple[InSet, ...]] = defaultdict(tuple)
    for profile in compiled.profiles:
        for id_, one in _members(profile, titles):
            found[id_] = (*found[id_], one)[:SHOWN]
    return found


def _members(profile: Profile, titles: Mapping[str, str]) -> Iterator[tuple[str, InSet]]:
    for server in profile.servers:
        others = tuple(titles[one.id] for one in profile.servers if one.id in titles and one.id != server.id)
        yield server.id, InSet(profile.id, profile.title, profile.description, others, given_of(server))
