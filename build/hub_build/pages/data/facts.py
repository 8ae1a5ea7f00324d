"""What pages about many servers say of one: read once for each server, and remembered as a row."""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub_build.compile import Document, Seen, Server, read_server
from hub_build.traits import Credentials, Filesystem, Network, credentials_of, permissions_of
from hub_launch.catalog import META_KEY, canonical_json
from hub_launch.catalog.recorded import Outcome
from hub_launch.judge.draft import Summary


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last smoke test of the current version came to.

    reason: why it did not pass, and what it wants if it wants something; empty where it passed. kind, tier: empty where
    nothing was started. start_seconds: None where it did not come so far. tools: None where nothing could be listed.
    """

    outcome: Outcome
    date: str
    reason: str
    kind: str
    tier: str
    start_seconds: float | None
    tools: int | None


@dataclass(frozen=True, slots=True)
class Facts(Summary):
    """One server. verified: the day on which its packages were asked whose they are; empty where they do not say."""

    verified: str
    licence: str
    maintainers: tuple[str, ...]
    network: Network
    filesystem: Filesystem
    credentials: Credentials
    run: LastRun | None

    @property
    def namespace(self) -> str:
        """Whose the server is, as its name says: `io.github.you` of `io.github.you/weather`."""
        return self.name.partition("/")[0]

    @property
    def is_live(self) -> bool:
        """Whether it may be started."""
        return self.status != "withdrawn"


def row(server: Server) -> bytes:
    """The facts of `server` as JSON, which `read_facts` reads."""
    one = facts_of(server)
    return canonical_json([*_values(one)[:-1], _values(one.run) if one.run else None])


# Read once for all kinds of pages.
@functools.lru_cache(maxsize=1)
def read_facts(rows: tuple[bytes, ...]) -> Sequence[Facts]:
    """The facts that `rows` are."""
    return [_read(json.loads(data)) for data in rows]


def _values(one: Facts | LastRun) -> list[object]:
    # Not dataclasses.astuple, which copies what is in it: that takes ten times as long.
    return [getattr(one, name) for name in one.__match_args__]


def _read(values: list[Any]) -> Facts:
    values = [tuple(value) if isinstance(value, list) else value for value in values]
    values[-1] = LastRun(*values[-1]) if values[-1] else None
    return Facts(*values)


def facts_of(server: Server) -> Facts:
    """The facts of `server`; reads its documents."""
    one = server.document
    read = read_server(one.data)
    own = read["_meta"][META_KEY]
    run = _last_run(server.seen) if server.seen else None
    return Facts(
        *one.summary,
        _verified(one),
        own["license"],
        tuple(own["maintainers"]),
        *permissions_of(read),
        credentials_of(read, run.outcome if run else ""),
        run,
    )


def _verified(document: Document) -> str:
    return document.proof.date if document.proof else ""


def _last_run(seen: Seen) -> LastRun:
    recorded = json.loads(seen.data)
    needs = recorded.get("needs") or ()
    tools = recorded.get("tools")
    return LastRun(
        recorded["outcome"],
        recorded["date"],
        recorded.get("reason") or ", ".join(needs),
        recorded.get("started", {}).get("kind", ""),
        recorded.get("tier", ""),
        recorded.get("startSeconds"),
        None if tools is None else len(tools),
    )
