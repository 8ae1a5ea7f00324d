"""Which other servers the page of a server names."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub_build.compile import Compiled
from hub_build.pages.alike import Subject, alike


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another server, as a link to its page needs it."""

    id: str
    title: str
    description: str


def related_servers(compiled: Compiled) -> Mapping[str, tuple[Neighbour, ...]]:
    """By id, the servers that are near and may be started; a server without any may be missing."""
    live = [one for one in compiled.documents if one.status != "withdrawn"]
    known = {one.id: Neighbour(one.id, one.title, one.description) for one in live}
    subjects = [Subject(one.id, one.title, one.description, one.tags, one.categories) for one in live]
    return {id_: tuple(known[other] for other in others) for id_, others in alike(subjects).items()}
