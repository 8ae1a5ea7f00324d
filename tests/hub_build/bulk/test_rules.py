import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

import hub_launch
from hub_build.bulk import rules


@pytest.fixture
def version(tmp_path, monkeypatch):
    """The version of a copy of the launcher, where the checks are."""
    copy = tmp_path / "hub_launch"
    shutil.copytree(Path(hub_launch.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(rules, "hub_launch", SimpleNamespace(__file__=str(copy / "__init__.py")))

    def version():
        rules.rules_version.cache_clear()
        return rules.rules_version()

    yield copy, version
    rules.rules_version.cache_clear()


def test_any_change_of_the_code_makes_other_rules(version):
    copy, now = version
    before = now()
    assert now() == before
    path = copy / "judge" / "checks" / "reserved.py"
    text = path.read_text()
    path.write_text(text.replace('"reserved"', '"reserved-word"'))
    changed = now()
    path.write_text(text)
    assert changed != now() == before
    path.rename(path.with_name("kept.py"))
    assert now() not in (before, changed)


def test_another_library_makes_other_rules(version, monkeypatch):
    _, now = version
    before = now()
    monkeypatch.setattr(rules, "release", lambda library: "0.0.0")
    assert now() != before
