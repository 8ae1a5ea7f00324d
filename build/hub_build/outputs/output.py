"""What an output is: files of each server's own, or documents about all servers, or both."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from hub_build.compile import Compiled, Server
from hub_launch.catalog import canonical_json

# No document has such a list, and no text: its quotes would be escaped.
HERE = ["@"]

Files = Iterator[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Output:
    """How files of the site are made. Pure: relative path and bytes, nothing is written here.

    of_server: the files that one server has to itself; they depend on that server alone, and are remembered.
    row: what one server adds to a document about all, as JSON; empty for nothing. It is remembered too unless it is
    `quick`: made of what is at hand. whole: files about all servers, of their rows in the order of ids.
    fixed: files that depend on the title and the address of the registry and on nothing else; they are remembered.
    """

    of_server: Callable[[Server], Files] | None = None
    row: Callable[[Server], bytes] | None = None
    quick: bool = False
    whole: Callable[[Compiled, Sequence[bytes]], Files] | None = None
    fixed: Callable[[Compiled], Files] | None = None

    def __call__(self, compiled: Compiled) -> Files:
        """All files of this output."""
        if self.of_server:
            for server in compiled.servers:
                yield from self.of_server(server)
        if self.fixed:
            yield from self.fixed(compiled)
        if self.whole:
            yield from self.whole(compiled, rows_of(self, compiled.servers))


def rows_of(output: Output, servers: Iterable[Server]) -> list[bytes]:
    """The rows of `servers` in a document about all; none of those that it leaves out."""
    return [row for row in map(output.row, servers) if row] if output.row else []


def json_with(document: bytes, rows: Sequence[bytes]) -> bytes:
    """`document`, which has the list HERE in one place, with `rows` there: they are JSON already."""
    head, tail = document.split(canonical_json(HERE))
    return b"%b[%b]%b" % (head, b",".join(rows), tail)
