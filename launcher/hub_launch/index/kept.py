"""A registry elsewhere: what was read of it is kept, and the last good copy stands in while it gives no answer.

Only documents that the index names are asked for, each by its hash: a start downloads what changed and no more.
"""

import contextlib
import sqlite3
import time
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from hub_launch.catalog import Index, sha256_hex
from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import mark_used, write_atomic
from hub_launch.index.cache import Cache, State, read_hashed
from hub_launch.index.contents import Contents, Listed, parse_index
from hub_launch.index.host import Expired, Host, Missing, Unreachable
from hub_launch.index.source import MAX_INDEX_BYTES, Reading, Stale, StaleReason, check_hash
from hub_launch.index.table import Stored, write_table


class KeptSource:
    """See Source. How a registry confirms its index is left to the two kinds below."""

    def __init__(
        self,
        location: str,
        open_host: Callable[[], Host],
        cache: Cache,
        notices: tuple[str, ...] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        self.location = location
        self._open_host = open_host
        self._cache = cache
        self.notices = notices
        self._now = now
        self._stale: Stale | None = None

    def read(self, max_age: float = 0) -> Reading:
        """See Source. No answer, or one that has expired, leaves the last good copy in use, with a notice."""
        state = self._cache.state()
        if state and 0 <= self._now() - state.checked <= max_age and (kept := self._kept(state)):
            return Reading(kept, notices=self.notices)
        try:
            return self._ask(state)
        except Unreachable as error:
            return self._last_good(state, StaleReason.UNREACHABLE, f"cannot be reached ({error})", error)
        except Expired as error:
            return self._last_good(state, StaleReason.EXPIRED, f"is past its date ({error})", error)

    def document(self, path: str, limit: int, sha256: str) -> bytes:
        """See Source."""
        cached = self._cache.document_path(sha256)
        kept = read_hashed(cached, limit, sha256)
        if kept is not None:
            mark_used(cached)
            return kept
        data = self._fetch(path, limit, sha256)
        with contextlib.suppress(OSError):
            write_atomic(cached, data)
        return data

    def local_path(self, path: str, limit: int, sha256: str) -> Path:
        """See Source."""
        cached = self._cache.document_path(sha256)
        mark_used(cached)
        if read_hashed(cached, limit, sha256) is None:
            try:
                write_atomic(cached, self._fetch(path, limit, sha256))
            except OSError as error:
                raise HubError(
                    f"{self.location}/{path} cannot be stored: {why(error)}",
                    "make room, or name another folder with HUB_CACHE_DIR",
                    ExitCode.REGISTRY,
                ) from error
        return cached

    @abstractmethod
    def _ask(self, state: State | None) -> Reading:
        """The index that the registry confirms now, and keep it. Raises Unreachable, Expired or HubError."""

    @cached_property
    def _host(self) -> Host:
        # Opened late, since what is answered from the cache needs no HTTP client (80 ms of import).
        return self._open_host()

    def _accept(self, data: bytes, state: State) -> Reading:
        """The index in `data`, kept as the last good one if it is one."""
        index = parse_index(data, self.location)
        try:
            self._cache.keep(state, data)
        except OSError as error:
            # A full disk or a read-only home is no reason not to start.
            return Reading(Listed(index), notices=(*self.notices, self._not_kept(error)))
        return Reading(self._table(state, index), notices=self.notices)

    def _confirm(self, state: State, contents: Contents) -> Reading:
        """The kept index is still the right one."""
        try:
            self._cache.keep(state)
        except OSError as error:
            return Reading(contents, notices=(*self.notices, self._not_kept(error)))
        return Reading(contents, notices=self.notices)

    def _kept(self, state: State) -> Contents | None:
        """The index of `state` from the cache, if it is whole."""
        with contextlib.suppress(ValueError):
            return Stored(self._cache.table_path(state.sha256))
        data = self._cache.index(state.sha256, MAX_INDEX_BYTES)
        return self._table(state, parse_index(data, self.location)) if data is not None else None

    def _table(self, state: State, index: Index) -> Contents:
        path = self._cache.table_path(state.sha256)
        try:
            write_table(path, index)
            return Stored(path)
        except (OSError, sqlite3.Error, ValueError):
            # A full disk, or an SQLite without full-text search: slower, and as good.
            return Listed(index)

    def _last_good(self, state: State | None, reason: StaleReason, what: str, error: Exception) -> Reading:
        kept = self._kept(state) if state else None
        if state is None or kept is None:
            raise HubError(
                f"The registry {self.location} {what}",
                _NEXT[reason],
                ExitCode.REGISTRY,
            ) from error
        self._stale = Stale(reason, max(0.0, self._now() - state.checked))
        notice = (
            f"the registry {self.location} {what}; using the copy confirmed {age_of(self._stale.age)} ago: "
            "servers that were read before still start, others do not"
        )
        return Reading(kept, self._stale, (*self.notices, notice))

    def _fetch(self, path: str, limit: int, sha256: str) -> bytes:
        where = f"{self.location}/{path}"
        if self._stale:
            raise HubError(
                f"{where} was not read before, and from a registry that is {self._stale.reason} nothing new is taken",
                _NEXT[self._stale.reason],
                ExitCode.REGISTRY,
            )
        try:
            fetched = self._host.get(path, limit)
        except Unreachable as error:
            raise HubError(
                f"{where} cannot be fetched: {error}",
                "check the connection; servers that were started before work offline",
                ExitCode.REGISTRY,
            ) from error
        except Missing as error:
            raise HubError(
                str(error),
                "the registry is being updated or was published incompletely; try again, then tell its operator",
                ExitCode.REGISTRY,
            ) from error
        data = fetched.data if fetched else b""
        check_hash(data, sha256, where)
        return data

    def _not_kept(self, error: OSError) -> str:
        return f"the registry {self.location} is not kept for when it cannot be reached: {error}"


class UnsignedSource(KeptSource):
    """A registry that nobody signed: its host is believed. The index is revalidated with its ETag."""

    def _ask(self, state: State | None) -> Reading:
        kept = self._kept(state) if state else None
        try:
            fetched = self._host.get("index.json", MAX_INDEX_BYTES, state.etag if state and kept else "")
        except Missing as error:
            raise HubError(
                str(error), "is this the address of a registry built by `hub-build site`?", ExitCode.REGISTRY
            ) from error
        if fetched is None and state and kept:
            return self._confirm(replace(state, checked=self._now()), kept)
        data, etag = (fetched.data, fetched.etag) if fetched else (b"", "")
        return self._accept(data, State(self.location, sha256_hex(data), self._now(), etag))


class SignedSource(KeptSource):
    """A registry whose index is proved from a root that the user, or this launcher, brought along."""

    def __init__(
        self,
        location: str,
        open_host: Callable[[], Host],
        cache: Cache,
        root: bytes,
        notices: tuple[str, ...] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(location, open_host, cache, notices, now)
        self._root = root

    def _ask(self, state: State | None) -> Reading:
        # Here, since cryptography takes 100 ms to import, and what is answered from the cache needs none.
        from hub_launch.index import trust

        verified = trust.verify(self._host, self.location, self._root, state.metadata if state else {})
        new = State(self.location, verified.sha256, self._now(), metadata=verified.metadata)
        if state and state.sha256 == verified.sha256 and (kept := self._kept(state)):
            return self._confirm(new, kept)
        data = trust.fetch_target(self._host, self.location, verified, MAX_INDEX_BYTES)
        return self._accept(data, new)


_NEXT = {
    StaleReason.UNREACHABLE: "check the address and the connection, or name another registry with --registry",
    StaleReason.EXPIRED: "is this machine's clock right? Otherwise tell the registry's operator to sign it again",
}


def age_of(seconds: float) -> str:
    """A length of time for people."""
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}"
    return f"{max(0, int(seconds))} seconds"
