"""The prose: built once for what it is, and not at all if something in it is wrong."""

import os

import pytest

from hub_build.pages import prose as module
from hub_build.pages.prose import MAX_BUILT, build_prose, published
from hub_build.pages.source import Source, find_source
from hub_launch.errors import HubError

CONFIG = "site_name: Ours\nextra_css: []\n"


@pytest.fixture
def source(tmp_path):
    """A little prose of its own."""
    for name in ("docs", "overrides", "templates"):
        (tmp_path / "here/site_src" / name).mkdir(parents=True)
    (tmp_path / "here/mkdocs.yml").write_text(f"{CONFIG}docs_dir: site_src/docs\n")
    (tmp_path / "here/site_src/docs/index.md").write_text("# Start\n")
    return Source(tmp_path / "here")


@pytest.fixture
def builds(monkeypatch):
    """The commands that were run."""
    commands, real = [], module.subprocess.run

    def run(command, **options):
        commands.append(command)
        return real(command, **options)

    monkeypatch.setattr(module.subprocess, "run", run)
    return commands


def test_what_did_not_change_is_not_built_again(source, builds, tmp_path):
    first = build_prose(source, tmp_path)
    assert b"<h1" in first["index.html"]
    assert build_prose(source, tmp_path) == first
    assert len(builds) == 1
    (source.prose[0] / "index.md").write_text("# Begin\n")
    assert b"Begin" in build_prose(source, tmp_path)["index.html"]
    assert len(builds) == 2


def test_a_mistake_is_told_in_the_builders_words_and_nothing_is_kept(source, tmp_path):
    (source.prose[0] / "index.md").write_text("[there](nowhere.md)\n")
    with pytest.raises(HubError, match=r"nowhere\.md"):
        build_prose(source, tmp_path)
    assert not list(tmp_path.glob("prose-*"))


def test_a_few_builds_are_kept(source, tmp_path, monkeypatch):
    def build(source, target):
        (target / "shell").mkdir(parents=True)
        (target / "shell/index.html").write_text("")

    monkeypatch.setattr(module, "_build", build)
    for number in range(MAX_BUILT + 3):
        (source.prose[0] / "index.md").write_text(f"# {number}\n")
        build_prose(source, tmp_path)
        for age, path in enumerate(sorted(tmp_path.glob("prose-*"), key=lambda one: one.stat().st_mtime_ns)):
            os.utime(path, (age, age))
    assert len(list(tmp_path.glob("prose-*"))) == MAX_BUILT


def test_the_shell_and_what_nobody_reads_is_not_published():
    built = {
        "index.html": b"",
        "shell/index.html": b"",
        "sitemap.xml": b"",
        "assets/a.css.map": b"",
        "assets/a.css": b"",
    }
    assert list(published(built)) == ["docs/index.html", "docs/assets/a.css"]


def test_a_registry_may_have_prose_of_its_own(source, tmp_path):
    assert find_source(source.root) == source
    assert find_source(tmp_path) == find_source()


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr("hub_build.pages.source._NEEDED", ("jinja2", "no_such_library"))
    with pytest.raises(HubError, match="no_such_library") as raised:
        find_source()
    assert "pip install" in raised.value.hint
