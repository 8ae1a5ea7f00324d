"""What a second run does: how many files are judged, read, written and linked, and never how long that takes."""

import os
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest

from hub_build import assemble
from hub_build.bulk import pool
from hub_build.write import MANIFEST, disk, stamps

SERVERS = ("calendar", "notes", "time", "weather")


@pytest.fixture
def done(monkeypatch):
    """How often each was done."""
    counts = Counter()

    def counted(owner, name, word):
        real = getattr(owner, name)

        def call(*arguments):
            counts[word] += 1
            return real(*arguments)

        monkeypatch.setattr(owner, name, call)

    counted(pool, "judge_file", "judged")
    counted(disk, "write", "written")
    counted(os, "link", "linked")
    return counts


@pytest.fixture
def site(run, registry, tmp_path):
    """A site that was built some time ago."""
    for id_ in SERVERS:
        registry.add(id_)
    run("site")
    later = time.time() + 5
    os.utime(tmp_path / "site" / MANIFEST, (later, later))
    run("site")
    return tmp_path / "site"


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_content_is_written_once(run, registry, tmp_path, done):
    for id_ in SERVERS:
        registry.add(id_)
    assert run("site").code == 0
    files = {path: data for path, data in content(tmp_path / "site").items() if path.name != MANIFEST}
    # The manifest is written before and after.
    assert done == {
        "judged": 4,
        "written": len(set(files.values())) + 2,
        "linked": len(files) - len(set(files.values())),
    }


def test_nothing_is_judged_read_or_written_when_nothing_changed(run, site, done, monkeypatch):
    read, real = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or real(path))
    assert run("site").out.endswith("0 written, 0 removed\n")
    assert run("site", "--check").code == 0
    assert done == {}
    # The manifest, and the index, whose servers are counted.
    assert {path.name for path in read if path.is_relative_to(site)} == {MANIFEST, "index.json"}


def test_one_changed_entry_changes_its_own_files_and_the_lists(run, registry, site, done):
    before = content(site)
    registry.add("notes", title="Other notes")
    assert run("site").code == 0
    after = content(site)
    changed = {path for path in after if after[path] != before.get(path) and path.name != MANIFEST}
    assert {path.as_posix() for path in changed if "notes" not in path.as_posix()} == {
        "feed.xml", "index.json", "llms.txt", "search.json", "v0/servers/index.json", "v0.1/servers/index.json",
    }  # fmt: skip
    contents = {after[path] for path in changed}
    assert done == {"judged": 1, "written": len(contents) + 2, "linked": len(changed) - len(contents)}
    assert run("site", "--check").code == 0


def _altered(path):
    path.write_bytes(path.read_bytes().swapcase())


def _folder(path):
    path.unlink()
    path.mkdir()


DAMAGE = {
    "deleted": Path.unlink,
    "altered": _altered,
    "cut off": lambda path: path.write_bytes(b""),
}
DAMAGED = ("v0/servers/notes", "v0.1/servers/io.github.example/notes/versions/latest", "badges/notes.svg", "index.json")


@pytest.mark.parametrize("shared", [True, False], ids=["another process looks", "this process looks"])
@pytest.mark.parametrize("path", DAMAGED)
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_what_a_hand_did_to_the_site_is_noticed_and_mended(run, site, monkeypatch, damage, path, shared):
    monkeypatch.setattr(stamps, "MIN_SHARED", 0 if shared else 10**9)
    before = {path: data for path, data in content(site).items() if path.name != MANIFEST}
    damage(site / path)
    checked = run("site", "--check")
    assert (checked.code, f"differs: {path}\n" in checked.out) == (1, True)
    assert run("site", "--allow-shrink").code == 0
    assert {path: data for path, data in content(site).items() if path.name != MANIFEST} == before
    assert run("site", "--check").code == 0


def test_a_folder_that_is_gone_is_noticed_and_mended(run, site):
    before = content(site)
    shutil.rmtree(site / "v0.1/servers/io.github.example/notes")
    assert run("site").code == 0
    assert {path: data for path, data in content(site).items() if path.name != MANIFEST}.items() <= before.items()
    assert run("site", "--check").code == 0


def test_a_folder_in_the_place_of_a_file_is_not_ours_to_remove(run, site):
    _folder(site / "badges/notes.svg")
    refused = run("site")
    assert refused.code != 0
    assert "badges/notes.svg" in refused.err


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-9])])
def test_without_its_memory_the_site_is_read_and_found_current(run, site, tmp_path, damage):
    for path in (tmp_path / "hub-build-cache").iterdir():
        damage(path)
    assert run("site", "--check").code == 0
    assert run("site").out.endswith("0 written, 0 removed\n")


def test_another_version_of_our_code_makes_and_compares_everything_anew(run, site, monkeypatch):
    made, real = [], assemble.own_files
    monkeypatch.setattr(assemble, "own_files", lambda server: made.append(server.document.id) or real(server))
    assert run("site").code == 0
    assert made == []
    monkeypatch.setattr(assemble, "rules_version", lambda: "another")
    assert run("site").out.endswith("0 written, 0 removed\n")
    assert made == [*SERVERS]


def test_a_run_that_fails_ends_the_process_that_looks(run, registry, site, monkeypatch):
    monkeypatch.setattr(stamps, "MIN_SHARED", 0)
    registry.write("servers/broken.yaml", "id: [")
    # A process that is left over is a warning, and warnings are errors.
    assert run("site").code == 1


def test_what_is_remembered_makes_no_difference_to_the_bytes(run, registry, site, tmp_path):
    registry.add("notes", title="Other notes")
    registry.write("lists.yaml", 'withdrawn: [{id: time, reason: It was taken over., date: "2026-11-01"}]\n')
    run("site")
    shutil.rmtree(tmp_path / "hub-build-cache")
    run("site", "-o", "anew")
    assert content(site) == content(tmp_path / "anew")


def test_the_bytes_are_those_of_any_folder_and_any_number_of_workers(run, make_registry, tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "MIN_FILES", 2)
    monkeypatch.setattr(pool, "CHUNK", 1)
    sites = []
    for workers in (1, 2, 3):
        folder = tmp_path / f"machine-{workers}"
        registry = make_registry(folder / "registry")
        registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
        registry.add("api", packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
        # Written in another order each, and read as the disk has them.
        for id_ in (*SERVERS[workers:], *SERVERS[:workers]):
            registry.add(id_)
        registry.add_version("notes")
        monkeypatch.setenv("HUB_BUILD_CACHE_DIR", str(folder / "cache"))
        monkeypatch.setattr(os, "cpu_count", lambda workers=workers: workers)
        monkeypatch.chdir(folder)
        assert run("site").code == 0
        sites.append(content(folder / "site"))
    assert sites[0] == sites[1] == sites[2]
