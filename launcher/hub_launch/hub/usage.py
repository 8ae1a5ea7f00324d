"""How servers want to be used, told to clients of all of them together."""

from collections.abc import Iterable

from hub_launch.run.server import Server
from hub_launch.text import shortened

# Assistants read it at the beginning of every conversation. The longest that published servers have are some two
# thousand characters; with thirty servers the half of that each is still read.
MAX_EACH = 2_000
MAX_TOGETHER = 30_000


def usage(servers: Iterable[Server]) -> str:
    """The instructions of servers whose tools are listed, each under its id; long ones are cut."""
    said = {server.status.id: server.offer.instructions for server in servers if server.listed}
    given = {name: text.strip() for name, text in said.items() if text and text.strip()}
    if not given:
        return ""
    most = min(MAX_EACH, MAX_TOGETHER // len(given))
    return "".join(f"\n\n{name}: {shortened(text, most)}" for name, text in given.items())
