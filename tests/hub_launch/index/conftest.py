"""A publisher who signs, and hosts that do not behave."""

import contextlib
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
from tuf.api.metadata import Metadata

from hub_build.sign import keys
from hub_build.sign.roles import new_root, next_root, signed_bytes, to_bytes
from hub_build.sign.roots import Roots
from hub_build.sign.site import Published, publication, renewal


class Publisher:
    """A registry with keys of its own; `files` is what its host serves."""

    def __init__(self, built):
        self._built = built
        self.now = datetime.now(UTC)
        self.root_keys = [keys.signer(keys.generate()) for _ in range(3)]
        self.online = keys.signer(keys.generate())
        first = new_root([one.public_key for one in self.root_keys], self.online.public_key, self.now)
        self.newest = first
        self.roots = {1: signed_bytes(first, self.root_keys[:2])}
        self.files = {}

    @property
    def root(self):
        """The first root: what a user has."""
        return self.roots[1]

    def publish(self, entries, days=0):
        """Publish these servers, `days` from now."""
        self.files |= self._built(entries)
        return self._sign(publication, days)

    def refresh(self, days=0):
        """What the daily job does."""
        return self._sign(renewal, days)

    def rotate(self, signers=None, *, add=(), remove=(), online=None):
        """The next root, signed by `signers` (default: two of the first root's keys)."""
        self.newest = next_root(
            self.newest,
            self.now,
            [one.public_key for one in add],
            [one.public_key.keyid for one in remove],
            online.public_key if online else None,
        )
        self.online = online or self.online
        self.roots[self.newest.version] = signed_bytes(self.newest, signers or self.root_keys[:2])
        self.files[f"metadata/{self.newest.version}.root.json"] = self.roots[self.newest.version]

    def resign(self, path, change, signers=None):
        """Change a piece of metadata as somebody with keys could; without signers as somebody without."""
        metadata = Metadata.from_bytes(self.files[path])
        change(metadata.signed)
        if signers is None:
            self.files[path] = to_bytes(metadata)
        else:
            self.files[path] = signed_bytes(metadata.signed, signers)

    def _sign(self, make, days):
        roots = Roots(self.roots, self.newest)
        now = self.now + timedelta(days=days)
        self.files |= make(self.files["index.json"], self._before(), roots, self.online, now)
        return self.files

    def _before(self):
        if "metadata/timestamp.json" not in self.files:
            return None
        timestamp = Metadata.from_bytes(self.files["metadata/timestamp.json"])
        snapshot = Metadata.from_bytes(self.files[f"metadata/{timestamp.signed.snapshot_meta.version}.snapshot.json"])
        version = snapshot.signed.meta["targets.json"].version
        return Published(Metadata.from_bytes(self.files[f"metadata/{version}.targets.json"]), snapshot, timestamp)


@pytest.fixture
def publisher(built):
    """A publisher who signs; see Publisher."""
    return Publisher(built)


@pytest.fixture
def new_key():
    """Makes a signing key."""
    return lambda: keys.signer(keys.generate())


@pytest.fixture
def raw_host():
    """Starts a host on loopback whose answer is a function of the connection; returns its address."""
    listeners, ended = [], threading.Event()

    def start(answer):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=talk, args=(connection,), daemon=True).start()

        def talk(connection):
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                answer(connection, ended)

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    ended.set()
    for listener in listeners:
        listener.close()
