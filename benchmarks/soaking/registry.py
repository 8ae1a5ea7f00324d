"""A signed registry that changes: built and signed by the compiler's own code, in a folder that `web` serves.

Its servers are remote ones, so that a new version is started at once and says which version it is.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from tuf.api.metadata import Metadata

from hub_build.compile import compile_registry
from hub_build.outputs import entries, index
from hub_build.sign import keys
from hub_build.sign.roles import new_root, signed_bytes, to_bytes
from hub_build.sign.roots import Roots
from hub_build.sign.site import TIMESTAMP, publication, published, read_index, write
from hub_launch.judge.registry import read_registry


class Registry:
    """The publisher: who has the keys, and the folder of what is published."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        """Publish a first version of each server."""
        self.site = folder / "site"
        self.root = folder / "root.json"
        self._source = folder / "registry"
        self._online = keys.signer(keys.generate())
        holders = [keys.signer(keys.generate()) for _ in range(3)]
        first = new_root([one.public_key for one in holders], self._online.public_key, datetime.now(UTC))
        signed = signed_bytes(first, holders[:2])
        self._roots = Roots({1: signed}, first)
        (self._source / "servers").mkdir(parents=True)
        self.root.write_bytes(signed)
        self.versions = dict.fromkeys(names, 1)
        """What is published: `1.0.<number>`."""
        self.publish()

    def version(self, name: str) -> str:
        """The version of a server that is published."""
        return f"1.0.{self.versions[name]}"

    def publish(self) -> None:
        """Build and sign what `versions` says."""
        for name in self.versions:
            path = self._source / "servers" / f"{name}.yaml"
            path.write_text(json.dumps(_entry(name, self.version(name))))
        compiled = compile_registry(read_registry(self._source))
        files = dict(index.whole(compiled, [index.row(one) for one in compiled.servers]))
        for one in compiled.servers:
            files |= entries.of_server(one)
        for name, data in files.items():
            path = self.site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        before = published(self.site)
        write(self.site, publication(read_index(self.site), before, self._roots, self._online, datetime.now(UTC)))

    def forged_timestamp(self) -> bytes:
        """What somebody without the key would publish next."""
        metadata = Metadata.from_bytes((self.site / TIMESTAMP).read_bytes())
        metadata.signed.version += 1
        return bytes(to_bytes(metadata))


def _entry(name: str, version: str) -> dict[str, object]:
    """One whose address has its version in it. The host is the user's to say, since one of loopback is theirs."""
    where = {name: {"description": "Where it answers.", "isRequired": True} for name in ("host", "port")}
    url = f"http://{{host}}:{{port}}/remote/{version}/mcp"
    return {
        "id": name,
        "name": f"io.github.soak/{name}",
        "title": name.upper(),
        "description": "Says back what it is told.",
        "version": version,
        "published": "2026-11-21",
        "license": "MIT",
        "maintainers": ["soak"],
        "categories": ["utilities"],
        "remotes": [{"type": "streamable-http", "url": url, "variables": where}],
    }
