"""Parts of a site: what is remembered of a server is neither made nor proved again, and changes no byte."""

from dataclasses import replace

import pytest

from hub_build import assemble as module
from hub_build.assemble import assemble, digest_of
from hub_build.compile import compile_registry
from hub_build.outputs import all_rows, render, v0, whole_files
from hub_build.promises import JOINED, check_wholes
from hub_launch.catalog import sha256_hex
from hub_launch.errors import HubError
from hub_launch.judge.registry import read_registry

SERVERS = ("calendar", "notes", "time", "weather")
LISTS = 'withdrawn: [{id: time, reason: It was taken over., date: "2026-11-01"}]\n'


@pytest.fixture
def compiled(registry):
    """The registry as it is now: servers with all that they can have."""
    for id_ in SERVERS:
        registry.add(id_)
    registry.add("docs", packages=..., remotes=[{"type": "sse", "url": "https://example.com/sse"}])
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    registry.add("api", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    registry.add_version("notes")
    registry.record("weather")
    registry.prove("weather")
    return lambda: compile_registry(read_registry(registry.folder))


class Remembered:
    """What a build left, as the next one gets it."""

    def __init__(self, parts=()):
        self.parts = {part.name: part for part in parts}

    def notes(self, name, digest):
        part = self.parts.get(name)
        return part.notes if part and part.digest == digest else None


@pytest.fixture
def made(monkeypatch):
    """The ids of the servers whose files were made, in order."""
    ids, real = [], module.own_files

    def own_files(server):
        ids.append(server.document.id)
        return real(server)

    monkeypatch.setattr(module, "own_files", own_files)
    return ids


@pytest.fixture
def proved(monkeypatch):
    """The ids that were proved to be in all outputs, in order."""
    ids, real = [], module.check_promises

    def check_promises(compiled, files):
        ids.extend(one.id for one in compiled.documents)
        real(compiled, files)

    monkeypatch.setattr(module, "check_promises", check_promises)
    return ids


def files_of(parts):
    return {path: data for part in parts for path, data in part.files().items()}


def test_the_parts_are_the_site(compiled):
    assert files_of(assemble(compiled(), Remembered().notes)) == render(compiled())


def test_of_what_did_not_change_nothing_is_made_or_proved(compiled, made, proved):
    first = assemble(compiled(), Remembered().notes)
    assert made == proved == ["api", "calendar", "docs", "notes", "time", "weather"]
    made.clear(), proved.clear()
    again = assemble(compiled(), Remembered(first).notes)
    assert made == proved == []
    assert [(part.name, part.digest, part.notes) for part in again] == [
        (part.name, part.digest, part.notes) for part in first
    ]
    assert files_of(again) == render(compiled())


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        (lambda registry: registry.add("notes", title="Other notes"), ["notes"]),
        (lambda registry: registry.add("new"), ["new"]),
        (lambda registry: registry.write("lists.yaml", LISTS), ["time"]),
        (lambda registry: registry.record("weather", tools=("other",)), ["weather"]),
        (lambda registry: registry.record("time"), ["time"]),
        (lambda registry: registry.record_earlier("notes"), ["notes"]),
        (lambda registry: registry.add_version("calendar"), ["calendar"]),
        (lambda registry: (registry.folder / "proofs/weather.json").unlink(), ["weather"]),
        (lambda registry: registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/b: {}}\n"), ["api"]),
        (lambda registry: (registry.folder / "servers/docs.yaml").unlink(), []),
    ],
    ids=[
        "entry",
        "new",
        "withdrawn",
        "record",
        "first record",
        "earlier record",
        "version",
        "proof",
        "description",
        "gone",
    ],
)
def test_what_a_server_depends_on_makes_it_anew_and_no_other(compiled, registry, made, proved, change, ids):
    first = assemble(compiled(), Remembered().notes)
    change(registry)
    made.clear(), proved.clear()
    parts = assemble(compiled(), Remembered(first).notes)
    assert made == proved == ids
    assert files_of(parts) == render(compiled())


def test_many_new_servers_are_proved_some_at_a_time(compiled, proved, monkeypatch):
    monkeypatch.setattr(module, "MAX_HELD", 4)
    parts = assemble(compiled(), Remembered().notes)
    assert proved == ["api", "calendar", "docs", "notes", "time", "weather"]
    assert files_of(parts) == render(compiled())


@pytest.mark.parametrize("other", [{"title": "Ours"}, {"base_url": "https://example.com/"}], ids=["title", "address"])
def test_another_title_or_address_is_another_site_of_the_same_servers(compiled, made, other):
    first = assemble(compiled(), Remembered().notes)
    made.clear()
    changed = replace(compiled(), **other)
    parts = assemble(changed, Remembered(first).notes)
    assert made == []
    assert files_of(parts) == render(changed)


def test_another_version_of_our_code_makes_everything_anew(compiled, made, monkeypatch):
    first = assemble(compiled(), Remembered().notes)
    made.clear()
    monkeypatch.setattr(module, "rules_version", lambda: "another")
    assemble(compiled(), Remembered(first).notes)
    assert len(made) == 6


def test_what_is_done_to_files_is_part_of_their_digest(compiled):
    (server, *_) = compiled().servers

    def finish(files):
        return files

    assert digest_of(server) == digest_of(server, dict) != digest_of(server, finish)


def test_a_server_that_breaks_a_promise_is_refused_among_others_that_are_remembered(compiled, registry, monkeypatch):
    first = assemble(compiled(), Remembered().notes)
    registry.add("notes", title="Other notes")
    real = module.own_files
    monkeypatch.setattr(
        module, "own_files", lambda server: {p: d for p, d in real(server).items() if "badges" not in p}
    )
    with pytest.raises(HubError, match="the output badges lacks 1 of 1: notes"):
        assemble(compiled(), Remembered(first).notes)


@pytest.fixture
def joined(compiled):
    """The registry, the files about all its servers, and the rows that these are joined of."""
    registry = compiled()
    rows = all_rows(registry)
    return registry, whole_files(registry, rows), rows


def test_documents_that_are_joined_of_their_rows_keep_the_promise(joined):
    check_wholes(*joined)


@pytest.mark.parametrize("output", JOINED)
@pytest.mark.parametrize(
    "change",
    [
        lambda data, row: data.replace(row, b"", 1),
        lambda data, row: data.replace(row, row + b"," + row, 1),
        lambda data, row: data.replace(row, row.replace(b"docs", b"dogs"), 1),
        lambda data, row: data[:-1],
        lambda data, row: data.replace(row, row + b',"more"', 1),
    ],
    ids=["one less", "one more", "another", "cut off", "something else"],
)
def test_a_row_that_was_lost_on_the_way_is_noticed(joined, output, change):
    registry, files, rows = joined
    path = JOINED[output][0]
    (row,) = (row for row in rows[output] if b'"docs"' in row or b"/docs" in row or b":docs" in row)
    damaged = {one: change(data, row) if data == files[path] else data for one, data in files.items()}
    with pytest.raises(HubError, match=path):
        check_wholes(registry, damaged, rows)


@pytest.mark.parametrize("output", ["index", "v0"])
def test_another_count_is_noticed(joined, output):
    registry, files, rows = joined
    path = JOINED[output][0]
    count = b'"count":%d' % len(rows[output])
    damaged = {one: data.replace(count, b'"count":99') if data == files[path] else data for one, data in files.items()}
    with pytest.raises(HubError, match=path):
        check_wholes(registry, damaged, rows)


def test_a_server_without_a_row_is_noticed(joined):
    registry, files, rows = joined
    with pytest.raises(HubError, match="the output index has 5 rows for 6 servers"):
        check_wholes(registry, files, {**rows, "index": rows["index"][1:]})


def test_the_two_trees_must_be_the_same(joined):
    registry, files, rows = joined
    with pytest.raises(HubError, match="differ"):
        check_wholes(registry, {**files, "v0/servers/index.json": b"{}"}, rows)


def test_a_description_under_another_hash_is_noticed(joined):
    registry, files, rows = joined
    (path,) = (path for path in files if path.startswith("specs/"))
    with pytest.raises(HubError, match="is not what its name says"):
        check_wholes(registry, {**files, path: b"{}"}, rows)
    with pytest.raises(HubError, match="specs lacks 1 of 1"):
        check_wholes(registry, {other: data for other, data in files.items() if other != path}, rows)


def test_the_row_of_a_server_is_the_file_of_its_latest_version(compiled):
    for server in compiled().servers:
        files = dict(v0.of_server(server))
        assert v0.row(server) == files[f"v0.1/servers/{server.document.id}"]
        assert sha256_hex(server.document.data) == server.document.sha256


def test_no_row_has_a_line_feed(compiled):
    for part in assemble(compiled(), Remembered().notes)[:6]:
        assert part.notes.count(b"\n") == len(module._REMEMBERED) - 1
