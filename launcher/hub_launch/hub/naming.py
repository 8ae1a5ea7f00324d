"""What a server's things are called where all servers' are together, and back."""

import re

# As FastMCP's namespaces, which name what the fast path leaves to it: `data://here/x` of `time` is `data://time/here/x`.
_URI = re.compile(r"([^:]+://)(.*)", re.DOTALL)


def tool_name(server: str, name: str) -> str:
    """A tool's or prompt's name among all servers' tools; unambiguous, since ids have no underscore."""
    return f"{server}_{name}"


def uri_name(server: str, uri: str) -> str:
    """A resource's address, or a template of addresses, among all servers'."""
    match = _URI.fullmatch(uri)
    return f"{match[1]}{server}/{match[2]}" if match else uri


def split_name(name: str) -> tuple[str, str]:
    """The server and its own name for the tool called `name`."""
    server, _, own = name.partition("_")
    return server, own
