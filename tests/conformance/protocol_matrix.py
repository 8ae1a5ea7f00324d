"""What works through the hub: the table that test_matrix.py proves, and the page that shows it.

python tests/conformance/protocol_matrix.py        writes the table into site_src/docs/protocol.md
"""

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "site_src" / "docs" / "protocol.md"
BEGIN, END = "<!-- written by tests/conformance/protocol_matrix.py -->", "<!-- end -->"

LEGACY, MODERN = ERAS = ("legacy", "modern")
TRANSPORTS = ("stdio", "http")
WHO = {LEGACY: "2025-11-25", MODERN: "2026-07-28"}


@dataclass(frozen=True)
class Cell:
    """What a client gets of a feature."""

    text: str
    """For people."""
    shared: bool = True
    """Whether it works with a server that all clients share; if not, the client is told `refusal`."""
    own: bool = True
    """Whether it works with a server of the client's own: `isolation: session`."""
    refusal: str = ""
    """A regular expression of what the client is told."""


YES = Cell("yes")
OWN = Cell("own", shared=False, refusal="no client can be asked: all clients of the hub share this server")


@dataclass(frozen=True)
class Feature:
    """A line of the table."""

    name: str
    cells: dict[tuple[str, str], Cell]
    """By the eras of client and server."""


def _everywhere(name: str) -> Feature:
    return Feature(name, {(client, server): YES for client in ERAS for server in ERAS})


def _asked_for(name: str) -> Feature:
    """Servers of the older protocol ask while they are called, and the hub has to know whom."""
    return Feature(name, {(client, server): OWN if server == LEGACY else YES for client in ERAS for server in ERAS})


FEATURES = {
    feature.name: feature
    for feature in (
        _everywhere("tools"),
        _everywhere("structured output"),
        _everywhere("pagination"),
        _everywhere("resources"),
        _everywhere("resource templates"),
        _everywhere("prompts"),
        _everywhere("completions"),
        _everywhere("subscriptions"),
        _everywhere("list_changed"),
        _everywhere("logging"),
        _everywhere("progress"),
        _everywhere("cancellation"),
        _everywhere("instructions"),
        _asked_for("sampling"),
        _asked_for("elicitation"),
        _asked_for("roots"),
    )
}
"""By name. The same over standard input and output as over HTTP, which is tested both ways."""


def table() -> str:
    """As Markdown."""
    pairs = [(client, server) for client in ERAS for server in ERAS]
    head = ["client", *(WHO[client] for client, _ in pairs)], ["server", *(WHO[server] for _, server in pairs)]
    rows = [[feature.name, *(feature.cells[pair].text for pair in pairs)] for feature in FEATURES.values()]
    lines = [head[0], ["---"] * len(head[0]), head[1], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def page() -> str:
    """The page with the table that belongs in it."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
