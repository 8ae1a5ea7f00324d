"""Keys, roots and a site to sign, with a clock of the test's own."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from hub_build.sign import keys
from hub_build.sign.ceremony import first_root
from hub_build.sign.roots import read_roots
from hub_build.sign.site import publication, published, renewal, write
from hub_launch.catalog import canonical_json, sha256_hex


class Desk:
    """Somebody who signs a site."""

    def __init__(self, folder):
        self.site, self.roots = folder / "site", folder / "roots"
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.made = {name: keys.development(name) for name in keys.NAMES}
        self.online = keys.signer(self.made["online"])
        self.site.mkdir()
        self.roots.mkdir()
        (self.roots / "1.root.json").write_bytes(first_root(self.made, self.now))

    @property
    def root(self):
        return (self.roots / "1.root.json").read_bytes()

    def index(self, *ids):
        """Give the site an index of these servers, and their documents."""
        rows = [self._row(name) for name in ids]
        index = {"schemaVersion": 1, "title": "T", "count": len(rows), "servers": rows}
        (self.site / "index.json").write_bytes(canonical_json(index))

    def _row(self, name):
        data = json.dumps({"name": name}).encode()
        path = self.site / "entries" / name / f"{sha256_hex(data)}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        row = {"id": name, "name": f"io.github.x/{name}", "title": name, "description": name, "version": "1"}
        return row | {"kinds": ["npm"], "categories": ["data"], "sha256": sha256_hex(data)}

    def publish(self, days=0):
        return self._write(publication, days)

    def refresh(self, days=0):
        return self._write(renewal, days)

    def files(self, make, days=0):
        now = self.now + timedelta(days=days)
        index = (self.site / "index.json").read_bytes()
        return make(index, published(self.site), read_roots(self.roots, now), self.online, now)

    def _write(self, make, days):
        return write(self.site, self.files(make, days))


@pytest.fixture
def desk(tmp_path):
    """See Desk."""
    return Desk(tmp_path)
