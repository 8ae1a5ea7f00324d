import sys
from pathlib import Path

import pytest

from hub_build.write import table
from hub_build.write.table import Row, begin_look, end_look, packed, read_table, table_pieces


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site/v0").mkdir(parents=True)
    for path in ("index.json", "v0/a", "v0/b"):
        (tmp_path / "site" / path).write_text(path)
    return tmp_path / "site"


def row(site, *paths, notes=b"", sure=True):
    return Row(b"d" * 32, list(paths), packed((site / path).stat() for path in paths) if sure else b"", notes)


@pytest.fixture
def rows(site):
    return {
        "a": row(site, "v0/a", "v0/b", notes=b"one\ntwo"),
        "none": row(site),
        "unsure": row(site, "v0/a", sure=False),
        "index.json": row(site, "index.json", notes=b"\xff"),
    }


@pytest.fixture
def kept(rows, tmp_path):
    (tmp_path / "table").write_bytes(b"".join(table_pieces(rows)))
    return tmp_path / "table"


def looked(kept, site):
    return end_look(begin_look(str(kept), str(site)))


def test_what_is_kept_comes_back(rows, kept):
    assert read_table(str(kept)) == rows


def test_an_empty_table_comes_back(tmp_path):
    (tmp_path / "table").write_bytes(b"".join(table_pieces({})))
    assert read_table(str(tmp_path / "table")) == {}


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-1], lambda data: data + b"\0"])
def test_a_damaged_table_is_none(kept, damage):
    kept.write_bytes(damage(kept.read_bytes()))
    assert read_table(str(kept)) == {}


def test_another_process_tells_what_does_not_hold(kept, site):
    assert looked(kept, site) == {"none", "unsure"}
    (site / "v0/b").unlink()
    assert looked(kept, site) == {"a", "none", "unsure"}
    (site / "v0/b").mkdir()
    assert looked(kept, site) == {"a", "none", "unsure"}


def test_a_look_that_failed_says_nothing(kept, site, monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text("import sys; print('a'); sys.exit(1)")
    monkeypatch.setattr(table, "__file__", str(tmp_path / "broken.py"))
    assert looked(kept, site) is None


def test_a_look_that_was_cut_off_says_nothing(kept, site, monkeypatch, tmp_path):
    (tmp_path / "short.py").write_text("print('a')")
    monkeypatch.setattr(table, "__file__", str(tmp_path / "short.py"))
    assert looked(kept, site) is None


def test_the_file_loads_nothing_but_the_standard_library():
    lines = Path(table.__file__).read_text().splitlines()
    imported = [line.split()[1] for line in lines if line.startswith(("import ", "from "))]
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
