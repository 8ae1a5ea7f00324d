"""Whatever goes wrong with a file of a site or a registry: it is the old one or the new one; the next run is well."""

import pytest
from tests.faults.walk import Work, walk

from hub_build.convert import store
from hub_build.write import MANIFEST, write_site

OLD = {"index.json": b"old", "entries/a/1.json": b"a1", "v0/servers/a": b"a"}
NEW = {"index.json": b"new", "entries/a/2.json": b"a2", "v0/servers/a": b"a", "v0/servers/b": b"b"}

WORKS = {
    "a site": Work(
        lambda folder: write_site(folder / "site", OLD),
        lambda folder: write_site(folder / "site", NEW),
        left=[MANIFEST, ".hub-build.*"],
        late=True,
    ),
    "the first site": Work(
        lambda folder: None,
        lambda folder: write_site(folder / "new" / "site", NEW),
        left=[MANIFEST, ".hub-build.*"],
        late=True,
    ),
    "an imported entry": Work(
        lambda folder: (folder / "a.yaml").write_bytes(b"old"),
        lambda folder: store._write(folder / "a.yaml", b"new"),
        error=OSError,
    ),
}


@pytest.mark.parametrize("name", WORKS)
def test_a_file_is_the_old_one_or_the_new_one(name, tmp_path, monkeypatch):
    assert walk(WORKS[name], tmp_path / "disk", monkeypatch) > 2
