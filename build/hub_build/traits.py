"""What readers choose servers by, told from a published document: what it asks of them, and what it may do."""

from collections.abc import Iterator
from typing import Any, Literal, get_args

from hub_launch.catalog import META_KEY
from hub_launch.judge.draft import Summary

Node = dict[str, Any]

Credentials = Literal["none", "optional", "required"]
"""`required`: it does not start without a key, token or account. `optional`: it takes one, or another way needs one."""

Network = Literal["none", "loopback", "hosts", "any"]
"""`hosts` for those that the entry names."""

Filesystem = Literal["none", "arguments", "any"]

NETWORKS: tuple[Network, ...] = get_args(Network)
FILESYSTEMS: tuple[Filesystem, ...] = get_args(Filesystem)

# The parts of an entry that say how it is started, best first, as the contract's kinds_of has them.
_WAYS = ("packages", "module", "openapi", "remotes")


def credentials_of(server: Node, outcome: str = "") -> Credentials:
    """Whether `server`, an official object, wants a secret. outcome: of its smoke test, which may know better."""
    ways = list(_ways(server))
    if outcome == "needs" or (ways and _requires(ways[0])):
        return "required"
    return "optional" if any(any(_secrets(way)) or _requires(way) for way in ways) else "none"


def permissions_of(server: Node) -> tuple[Network, Filesystem]:
    """What the sandbox lets it reach of the network, and of the user's files."""
    given = server["_meta"][META_KEY].get("permissions", {})
    network = given.get("network", "none")
    return network if isinstance(network, str) else "hosts", given.get("filesystem", "none")  # type: ignore[return-value]


def is_remote(server: Summary) -> bool:
    """Whether it runs on somebody else's machine, and nowhere else."""
    return server.kinds == ("remote",)


def _ways(server: Node) -> Iterator[Node]:
    """Every way to start it, best first."""
    for key in _WAYS:
        found = server.get(key) or server["_meta"][META_KEY].get(key) or []
        yield from found if isinstance(found, list) else [found]


def _requires(way: Node) -> bool:
    return "auth" in way or any(one.get("isRequired") for one in _secrets(way))


def _secrets(node: Any) -> Iterator[Node]:
    """Whatever is declared secret in it, however deep: values are put together from variables."""
    if isinstance(node, dict):
        if node.get("isSecret"):
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from _secrets(one)
