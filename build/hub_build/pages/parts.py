"""The pages in parts: one for each server, one for each kind of page about all of them, one for each file of prose.

As with the data, what is remembered of a server is not made again. Names of parts have a colon, which no path and no id
has: a server's data and its page are parts of their own, so that another frame draws pages anew and nothing else.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

from hub_build.assemble import Finish, Notes, digest_of
from hub_build.bulk.rules import rules_version
from hub_build.compile import Compiled, Server
from hub_build.pages import PAGES
from hub_build.pages.crowd import Crowd, Job
from hub_build.pages.draw import Frame, drawn
from hub_build.pages.page import Around, Page
from hub_build.pages.prose import published
from hub_build.pages.related import related_servers
from hub_build.pages.sets import sets_by_server
from hub_build.write import Part, file_parts

Files = Mapping[str, bytes]
Rows = Mapping[str, list[bytes]]
"""By id: what the server adds by each of _ROWS."""

_OWN: dict[str, Page] = {name: page for name, page in PAGES.items() if page.of_server}
# Several kinds of pages may be made of the same rows.
_ROWS = list(dict.fromkeys(page.row for page in PAGES.values() if page.row))
_WHOLE: dict[str, Page] = {name: page for name, page in PAGES.items() if page.whole}


def page_parts(
    compiled: Compiled, frame: Frame, prose: dict[str, bytes], notes: Notes, finish: Finish = dict
) -> list[Part]:
    """The parts of all pages. prose: what mkdocs built. notes and finish: see assemble()."""
    related, sets = related_servers(compiled), sets_by_server(compiled)
    own, rows, told = [], {}, hashlib.sha256()
    jobs: list[Job] = []
    crowd = Crowd(jobs, frame)
    for server in compiled.servers:
        id_ = server.document.id
        around = Around(related.get(id_, ()), sets.get(id_, ()))
        data = digest_of(server, finish)
        told.update(data)
        name, digest = f"page:{id_}", _digest(frame.digest, data, around)
        known = notes(name, digest)
        rows[id_] = _made(server) if known is None else known.split(b"\n")
        files = partial(_own_files, crowd, len(jobs), finish)
        jobs.append((server, around))
        # Whoever finishes files may add others, such as compressed copies.
        paths = _places(server) if finish is dict else ()
        own.append(Part(name, digest, files, b"\n".join(rows[id_]), paths))
    about = _digest(frame.digest, told.digest(), compiled.lists, compiled.profiles, compiled.base_url)
    whole = [
        Part(f"pages:{name}", about, partial(_whole_files, name, compiled, rows, frame, finish)) for name in _WHOLE
    ]
    return [*own, *whole, *file_parts(finish(published(prose)))]


def _places(server: Server) -> tuple[str, ...]:
    """The paths of the server's pages; nothing if a kind of page does not tell its own."""
    if not all(page.places for page in _OWN.values()):
        return ()
    return tuple(path for page in _OWN.values() if page.places for path in page.places(server))


def _digest(*values: object) -> bytes:
    return hashlib.sha256(repr((rules_version(), *values)).encode()).digest()


def _made(server: Server) -> list[bytes]:
    return [row(server) for row in _ROWS]


def _own_files(crowd: Crowd, place: int, finish: Finish) -> Files:
    return finish(crowd.pages(place))


def _whole_files(name: str, compiled: Compiled, rows: Rows, frame: Frame, finish: Finish) -> Files:
    page = _WHOLE[name]
    views = page.whole(compiled, _column(page, rows)) if page.whole else ()
    return finish(dict(drawn(view, frame) for view in views))


def _column(page: Page, rows: Rows) -> Sequence[bytes]:
    if page.row is None:
        return ()
    place = _ROWS.index(page.row)
    return [row[place] for row in rows.values()]
