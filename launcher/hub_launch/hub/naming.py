"""What a server's things are called where all servers' are together, and back."""

import hashlib
import re

from hub_launch.hub.metatools import OWN_TOOLS

# Clients hand names on to models, whose makers take no longer ones and no other letters.
MAX_NAME = 64
_LETTERS = re.compile(r"[a-zA-Z0-9_-]+")
_OTHERS = re.compile(r"[^a-zA-Z0-9_-]+")
# Hexadecimal digits of a hash at the end of a name that was changed: two of a server's thousands of names with the same
# beginning meet in them once in a million hubs, and then the second is left out.
_DIGITS = 8
# Ids may have as many characters as names: of one that would leave no room, so much with the hash is kept.
_LONGEST_ID = 40
CUT = "-X"
"""Before the digits of a cut id. No id has a capital letter, so that a cut one is nobody else's."""

# As FastMCP's namespaces, which name what the fast path leaves to it: `data://here/x` of `time` is `data://time/here/x`.
_URI = re.compile(r"([^:]+://)(.*)", re.DOTALL)
_NAMED_URI = re.compile(r"([^:]+://)([^/]*)/(.*)", re.DOTALL)


def tool_name(server: str, name: str) -> str:
    """A tool's or prompt's name among all servers' tools.

    Unambiguous, since ids have no underscore. What clients would not take is cut, or written with other letters, and
    ends in some digits of a hash of the whole name, so that it stays the same whatever else the server offers.
    """
    prefix = f"{prefix_of(server)}_"
    # The hub's own names come first wherever they are called.
    if len(prefix) + len(name) <= MAX_NAME and _LETTERS.fullmatch(name) and prefix + name not in OWN_TOOLS:
        return prefix + name
    kept = _OTHERS.sub("_", name)[: MAX_NAME - len(prefix) - _DIGITS - 1]
    return f"{prefix}{kept}_{_hash(name)}"


def prefix_of(server: str) -> str:
    """What stands before the names of a server's tools: its id, cut if it is so long that no name would have room."""
    if len(server) <= _LONGEST_ID:
        return server
    return f"{server[: _LONGEST_ID - _DIGITS - len(CUT)]}{CUT}{_hash(server)}"


def uri_name(server: str, uri: str) -> str:
    """A resource's address, or a template of addresses, among all servers'."""
    match = _URI.fullmatch(uri)
    return f"{match[1]}{prefix_of(server)}/{match[2]}" if match else uri


def split_name(name: str) -> tuple[str, str]:
    """The prefix of a server, and the rest of the name of a tool or prompt."""
    prefix, _, rest = name.partition("_")
    return prefix, rest


def split_uri(uri: str) -> tuple[str, str]:
    """The prefix of a server and its own address for the resource at `uri`; empty where the address names none."""
    match = _NAMED_URI.fullmatch(uri)
    return (match[2], match[1] + match[3]) if match else ("", uri)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGITS]
