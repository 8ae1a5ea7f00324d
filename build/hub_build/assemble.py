"""The site in parts: one for each server, one for each file about all of them.

What a server adds depends on that server alone. So it is made and proved once, and then remembered: its rows in the
notes of its part, its files by what they are on the disk. Documents about all servers are joined of the rows.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

from hub_build.bulk.rules import rules_version
from hub_build.compile import Compiled, Document, Server
from hub_build.outputs import OUTPUTS, fixed_files, own_files, whole_files
from hub_build.outputs.output import rows_of
from hub_build.promises import check_promises, check_wholes
from hub_build.write import Part, file_parts

Files = Mapping[str, bytes]

Finish = Callable[[Files], Files]
"""What is done to files before they are written: a function that its name tells from others."""

Notes = Callable[[str, bytes], bytes | None]
"""The notes of the part with that name and that digest, if they are remembered."""

# Servers whose files are held while they are proved and written, 10 kB each. Beyond that they are made twice.
MAX_HELD = 10_000

# The part of what says the same of all servers. No id is so short.
FIXED = "="

# What is quick to make is not worth the place.
_REMEMBERED = {name: output.row for name, output in OUTPUTS.items() if output.row and not output.quick}
_QUICK = {name: output for name, output in OUTPUTS.items() if output.row and output.quick}

Rows = Mapping[str, Sequence[bytes]]
"""By id: what the server adds to each of _REMEMBERED, empty for nothing."""


def assemble(compiled: Compiled, notes: Notes, finish: Finish = dict) -> list[Part]:
    """The parts of the site of `compiled`, each server's under its id. Raises HubError for a promise that is not kept.

    finish: what is done to files before they are written.
    """
    servers = {server.document.id: server for server in compiled.servers}
    digests = {id_: digest_of(server, finish) for id_, server in servers.items()}
    known = {id_: notes(id_, digest) for id_, digest in digests.items()}
    # No row has a line feed: JSON escapes it.
    rows = {id_: _made(servers[id_]) if data is None else data.split(b"\n") for id_, data in known.items()}
    unknown = [servers[id_] for id_, data in known.items() if data is None]
    wholes, new = _proved(compiled, rows, unknown)
    parts = [
        Part(id_, digest, partial(_files, servers[id_], new.get(id_), finish), known[id_] or b"\n".join(rows[id_]))
        for id_, digest in digests.items()
    ]
    digest = _digest(finish, compiled.title, compiled.base_url, compiled.pages)
    # Once, to be compared and to be written: the schemas in them take a quarter of a second.
    fixed = Part(FIXED, digest, cache(lambda: finish(fixed_files(compiled))))
    # An id has neither a dot nor a slash nor an underscore, and each of these paths has one.
    return [*parts, fixed, *file_parts(finish(wholes))]


def digest_of(server: Server, finish: Finish = dict) -> bytes:
    """Of all that the part of `server` depends on, our own code included."""
    seen = server.seen.sha256 if server.seen else None
    before = [(version, one.sha256) for version, one in server.seen_before.items()]
    return _digest(finish, seen, before, *(value for one in server.documents for value in _values(one)))


def _values(one: Document) -> tuple[object, ...]:
    # Of the standing its texts: to name its fields takes longer than to hash it.
    return one.sha256, one.standing.status, one.standing.since, one.standing.reason, one.proof


def _digest(finish: Finish, *values: object) -> bytes:
    return hashlib.sha256(repr((rules_version(), finish.__name__, *values)).encode()).digest()


def _made(server: Server) -> list[bytes]:
    return [row(server) for row in _REMEMBERED.values()]


def _proved(compiled: Compiled, rows: Rows, unknown: Sequence[Server]) -> tuple[dict[str, bytes], dict[str, Files]]:
    """The files about all servers, after proof that they, and those of `unknown` servers, are what they promise.

    Unknown servers are proved as registries of their own, with documents about them alone; that those about all have
    the rows of all, and nothing else, is a matter of bytes. Also the files of the unknown servers, if these are few.
    """
    columns = _columns(compiled, rows)
    wholes = whole_files(compiled, columns)
    made: dict[str, Files] = {}
    for start in range(0, len(unknown), MAX_HELD):
        made = {server.document.id: own_files(server) for server in unknown[start : start + MAX_HELD]}
        alone = compiled.of(made)
        files = whole_files(alone, _columns(alone, {id_: rows[id_] for id_ in made}))
        check_promises(alone, _joined(made, files))
    if len(unknown) < len(rows) or len(unknown) > MAX_HELD:
        check_wholes(compiled, wholes, columns)
    return wholes, made if len(unknown) <= MAX_HELD else {}


def _columns(compiled: Compiled, rows: Rows) -> dict[str, list[bytes]]:
    remembered = {name: [row[place] for row in rows.values() if row[place]] for place, name in enumerate(_REMEMBERED)}
    return remembered | {name: rows_of(output, compiled.servers) for name, output in _QUICK.items()}


def _joined(own: Mapping[str, Files], wholes: Files) -> dict[str, bytes]:
    files = dict(wholes)
    for made in own.values():
        files |= made
    return files


def _files(server: Server, made: Files | None, finish: Finish) -> Files:
    return finish(own_files(server) if made is None else made)
