"""What an entry says about safety, in sentences for people."""

from dataclasses import dataclass

from hub_build.compile import Document
from hub_launch.catalog import Entry
from hub_launch.catalog.entry import Permissions


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing and what is so about it. tone: `good`, `warn` or `bad`; empty for neither."""

    name: str
    text: str
    tone: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands above everything else. final: the server is not to be started any more."""

    title: str
    text: str
    final: bool = False


ELSEWHERE = "It runs on somebody else's machine: it sees what you send it, and nothing of yours."

# What is so, and how good that is.
NETWORK = {
    "none": ("No network access.", "good"),
    "loopback": ("Programs on your own machine only.", "good"),
    "any": ("Any host on the internet.", "warn"),
}
FILES = {
    "none": ("None of your files.", "good"),
    "arguments": ("Only the files and folders that you name when you start it.", "good"),
    "any": ("All files that you can read yourself.", "warn"),
}


def banner(document: Document) -> Banner | None:
    """Why a reader should think twice; None for what stands."""
    standing = document.standing
    if document.status == "withdrawn":
        return Banner("Withdrawn", _since(standing.reason, standing.since), final=True)
    if standing.status == "deleted":
        return Banner(f"Version {document.version} is yanked", _since(standing.reason, standing.since), final=True)
    if document.status == "deprecated":
        return Banner("Deprecated", "Its publisher no longer recommends it; it still starts, with a warning.")
    return None


def _since(reason: str, day: str) -> str:
    return f"{reason or 'It is not to be started any more.'} ({day})"


def permissions(entry: Entry) -> tuple[Fact, ...]:
    """What the server may do on the user's machine."""
    granted = entry.permissions or Permissions()
    elsewhere = bool(entry.remotes) and not (entry.packages or entry.module or entry.openapi or entry.extensions)
    if elsewhere:
        return (Fact("Where", ELSEWHERE), *_hosts(granted))
    files, tone = FILES[granted.filesystem]
    return (*_hosts(granted), Fact("Files", files, tone), Fact("Sandbox", _SANDBOX))


_SANDBOX = (
    "The launcher shuts it in and grants no more than this: with bubblewrap or Landlock on Linux, sandbox-exec on "
    "macOS, containers by their engine. Where a machine has none of these, it says so before it starts anything."
)


def _hosts(granted: Permissions) -> tuple[Fact, ...]:
    if isinstance(granted.network, str):
        text, tone = NETWORK[granted.network]
        return (Fact("Network", text, tone),)
    return (Fact("Network", "These hosts:", "", tuple(granted.network)),)


def proof(document: Document) -> str:
    """Whose the server's name is, and how that is known."""
    if document.proof is None:
        return f"Nobody has proved yet to be {document.name}. Read what it runs before you start it."
    packages = " and ".join(f"{one.identifier} on {_REGISTRIES[one.registry_type]}" for one in document.proof.packages)
    return f"Whoever publishes {packages} says in it that this is {document.name}. Asked on {document.proof.date}."


_REGISTRIES = {"npm": "npm", "pypi": "PyPI"}
