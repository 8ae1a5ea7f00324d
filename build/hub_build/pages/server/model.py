"""What the page of a server shows, put together from its parts."""

import json
from dataclasses import dataclass
from typing import Any

from hub_build.compile import Server
from hub_build.pages.page import Around
from hub_build.pages.related import Neighbour
from hub_build.pages.server.history import Release, releases
from hub_build.pages.server.install import Tab, tabs
from hub_build.pages.server.prose import markdown
from hub_build.pages.server.seen import Record, record
from hub_build.pages.server.words import Banner, Fact, banner, permissions, proof
from hub_build.pages.sets import InSet
from hub_build.would_run import Wanted, Would, wanted_by, would_run
from hub_launch.judge.draft import Summary

_ALONE = Around()


@dataclass(frozen=True, slots=True)
class ServerPage(Summary):
    """All text is as its publisher wrote it; the template escapes it. `documentation` alone is markup, made safe."""

    license: str
    maintainers: tuple[str, ...]
    repository: str
    website: str
    sha256: str
    banner: Banner | None
    documentation: str
    tabs: tuple[Tab, ...]
    ways: tuple[Would, ...]
    wanted: tuple[Wanted, ...]
    permissions: tuple[Fact, ...]
    verified: bool
    proof: str
    record: Record | None
    releases: tuple[Release, ...]
    related: tuple[Neighbour, ...]
    sets: tuple[InSet, ...]

    @property
    def startable(self) -> bool:
        """Whether a reader is told how to start it."""
        return self.banner is None or not self.banner.final


def server_page(server: Server, around: Around = _ALONE) -> ServerPage:
    """The page of `server`."""
    document, entry = server.document, server.document.entry
    ways, wanted = would_run(entry), wanted_by(entry)
    seen: dict[str, Any] | None = json.loads(server.seen.data) if server.seen else None
    return ServerPage(
        *document.summary,
        license=entry.license,
        maintainers=entry.maintainers,
        repository=entry.repository.url if entry.repository else "",
        website=entry.website_url or "",
        sha256=document.sha256,
        banner=banner(document),
        documentation=markdown(entry.documentation or ""),
        tabs=tabs(entry, ways, wanted),
        ways=ways,
        wanted=wanted,
        permissions=permissions(entry),
        verified=document.proof is not None,
        proof=proof(document),
        record=record(seen) if seen else None,
        releases=releases(server),
        related=around.related,
        sets=around.sets,
    )
