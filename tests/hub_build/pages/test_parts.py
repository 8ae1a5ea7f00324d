"""Parts of the pages: what did not change is not drawn again, and every server has its page."""

import json

import pytest

from hub_build.pages import parts as module
from hub_build.pages.draw import Site, make_frame
from hub_build.pages.parts import page_parts
from hub_build.pages.prose import SHELL
from hub_build.pages.shell import Shell
from hub_build.pages.source import find_source


class Remembered:
    """What a build left, as the next one gets it."""

    def __init__(self, parts=()):
        self.parts = {part.name: part for part in parts}

    def notes(self, name, digest):
        part = self.parts.get(name)
        return part.notes if part and part.digest == digest else None

    def changed(self, parts):
        return [part.name for part in parts if self.notes(part.name, part.digest) is None]


@pytest.fixture
def parts(registry, compiled, frame, prose):
    # Unlike one another: pages name servers that are alike.
    for id_, category in (("notes", "knowledge"), ("time", "utilities"), ("weather", "data")):
        registry.add(id_, title=id_, categories=[category])
    return lambda: page_parts(compiled(), frame, prose, Remembered().notes)


def files_of(parts):
    return {path: data for part in parts for path, data in part.files().items()}


def test_every_server_has_a_page_and_all_have_the_catalog(parts):
    files = files_of(parts())
    assert {"index.html", "servers/notes/index.html", "servers/time/index.html", "servers/weather/index.html"} < set(
        files
    )


def test_prose_is_below_docs_without_the_shell_and_what_nobody_reads(parts):
    prose = [path for path in files_of(parts()) if path.startswith("docs/")]
    assert "docs/index.html" in prose
    assert "docs/search/search_index.json" in prose
    assert not [
        path for path in prose if "shell" in path or "sitemap" in path or "lunr" in path or path.endswith(".map")
    ]


def test_a_changed_server_changes_its_page_and_those_about_all(parts, registry):
    before = Remembered(parts())
    registry.add("time", title="Clock", categories=["utilities"])
    assert before.changed(parts()) == ["page:time", *(f"pages:{name}" for name in module._WHOLE)]


def test_nothing_changed_is_nothing_drawn(parts):
    assert Remembered(parts()).changed(parts()) == []


def test_pages_are_where_they_are_said_to_be_before_they_are_drawn(parts):
    own = [part for part in parts() if part.name.startswith("page:")]
    assert len(own) == 3
    for part in own:
        assert tuple(part.files()) == part.paths


def test_another_frame_draws_every_page_anew(registry, compiled, frame, prose):
    registry.add("time")
    before = Remembered(page_parts(compiled(), frame, prose, Remembered().notes))
    other = make_frame(Shell(prose[SHELL]), find_source().templates, Site("Others"))
    changed = before.changed(page_parts(compiled(), other, prose, Remembered().notes))
    assert changed == ["page:time", *(f"pages:{name}" for name in module._WHOLE)]


def test_what_is_remembered_is_not_read_again(parts, registry, compiled, frame, prose, monkeypatch):
    first = Remembered(parts())
    monkeypatch.setattr(module, "_made", lambda server: pytest.fail("a row was made again"))
    again = page_parts(compiled(), frame, prose, first.notes)
    assert files_of(again) == files_of(parts_of(first))


def parts_of(remembered):
    return list(remembered.parts.values())


def write_set(registry, **changes):
    document = {"id": "day", "title": "A day", "description": "Plan it.", "servers": [{"id": "time"}, {"id": "notes"}]}
    registry.write("profiles/day.yaml", json.dumps(document | changes))


def test_a_set_is_on_the_pages_of_its_servers_and_in_the_catalog(parts, registry):
    write_set(registry)
    files = files_of(parts())
    page = files["servers/time/index.html"].decode()
    assert "hub-launch --profile day" in page
    assert "It also starts notes." in page
    assert '<a href="./profiles/day/">A day</a>' in files["index.html"].decode()
    assert "profiles/" not in files["servers/weather/index.html"].decode()


def test_a_changed_set_changes_the_pages_that_name_it(parts, registry):
    write_set(registry)
    before = Remembered(parts())
    write_set(registry, title="Another day")
    whole = [f"pages:{name}" for name in module._WHOLE]
    assert before.changed(parts()) == ["page:notes", "page:time", *whole]
