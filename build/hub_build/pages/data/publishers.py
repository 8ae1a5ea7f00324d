"""`/publishers/`: whose the servers are, and how that is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled
from hub_build.pages.data.facts import Facts, read_facts
from hub_build.pages.data.groups import by_publisher
from hub_build.pages.data.paging import Slice, slices
from hub_build.pages.page import View
from hub_launch.judge.proofs import Proof
from hub_launch.text import counted

_GITHUB = "io.github."


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whoever has a namespace, in the spelling of its first server.

    key: in lower case, as addresses have it. owner: `the GitHub account you`, or `the domain example.com`.
    home: where that is, as the namespace says and nothing else. maintainers: of all its servers, sorted.
    """

    namespace: str
    key: str
    owner: str
    home: str
    servers: int
    verified: int
    maintainers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishersPage:
    """A page of all publishers, by namespace."""

    slice: Slice[Publisher]


@dataclass(frozen=True, slots=True)
class PublisherPage:
    """One publisher. slice: its servers, by title. proofs: of those on the page that are verified, by id."""

    publisher: Publisher
    slice: Slice[Facts]
    proofs: Mapping[str, Proof]


def whole(compiled: Compiled, rows: Sequence[bytes]) -> Iterator[View]:
    """The pages of all publishers, and each one's."""
    groups = by_publisher(read_facts(tuple(rows)))
    publishers = [_publisher(key, servers) for key, servers in groups.items()]
    for part in slices(publishers):
        words = "Who publishes MCP servers here, and which of them proved whose they are."
        title = part.titled("Publishers")
        yield View("publishers/", "publishers.html", title, words, PublishersPage(part), "publishers", file=part.file)
    proofs = {one.id: one.proof for one in compiled.documents if one.proof}
    for publisher in publishers:
        yield from (_page(publisher, part, proofs) for part in slices(groups[publisher.key]))


def publisher_path(name: str) -> str:
    """The page of whoever published the server with that full name, relative to the site."""
    # The sign keeps it apart from the folder's own files: a namespace may well be called index.html.
    return f"publishers/@{name.partition('/')[0].lower()}/"


def _page(publisher: Publisher, part: Slice[Facts], proofs: Mapping[str, Proof]) -> View:
    shown = {one.id: proofs[one.id] for one in part.items if one.id in proofs}
    return View(
        publisher_path(publisher.key),
        "publisher.html",
        part.titled(publisher.namespace),
        f"{counted(publisher.servers, 'MCP server')} of {publisher.namespace}, {publisher.verified} of them verified.",
        PublisherPage(publisher, part, shown),
        "publishers",
        file=part.file,
    )


def _publisher(key: str, servers: Sequence[Facts]) -> Publisher:
    namespace = servers[0].namespace
    owner, home = _owner(namespace)
    maintainers = sorted({login for one in servers for login in one.maintainers}, key=str.lower)
    verified = sum(bool(one.verified) for one in servers)
    return Publisher(namespace, key, owner, home, len(servers), verified, tuple(maintainers))


def _owner(namespace: str) -> tuple[str, str]:
    if namespace.lower().startswith(_GITHUB):
        account = namespace[len(_GITHUB) :]
        return f"the GitHub account {account}", f"https://github.com/{account}"
    domain = ".".join(reversed(namespace.split(".")))
    return f"the domain {domain}", f"https://{domain}/"
