import io
import json
import tarfile
from datetime import UTC, datetime

import pytest

from hub_build.upstream import UPSTREAMS, Missing, npm
from hub_build.upstream.client import Answer
from hub_launch.errors import HubError

# As npm 10 and 11 print it, shortened.
VIEWED = {
    "_id": "@a/server@1.1.0",
    "versions": ["1.0.0", "1.1.0"],
    "time": {"1.0.0": "2026-08-01T00:00:00.000Z", "1.1.0": "2026-09-01T22:46:36.382Z"},
    "version": "1.1.0",
    "description": "Remembers",
    "license": "MIT",
    "mcpName": "io.github.a/server",
    "author": "Ann <ann@example.com> (https://example.com)",
    "repository": {"type": "git", "url": "git+https://github.com/a/servers.git", "directory": "src/one"},
    "bin": {"mcp-server": "dist/index.js"},
    "engines": {"node": ">=18"},
    "dist": {"integrity": "sha512-abc=="},
}


def test_a_described_version_is_a_release():
    release = npm.release_of("@a/server", VIEWED)

    assert (release.version, release.integrity, release.server_name) == ("1.1.0", "sha512-abc==", "io.github.a/server")
    assert release.published == datetime(2026, 9, 1, 22, 46, 36, 382000, UTC)
    assert (release.repository, release.directory) == ("https://github.com/a/servers", "src/one")
    assert (release.author, release.executables, release.requires) == ("Ann", ("mcp-server",), "node >=18")
    assert release.withdrawn is None


@pytest.mark.parametrize(
    ("pages", "repository"),
    [
        ({"homepage": "https://github.com/a/servers#readme"}, "https://github.com/a/servers"),
        ({"bugs": {"url": "https://gitlab.com/a/b/issues"}, "homepage": "https://a.example"}, "https://gitlab.com/a/b"),
        ({"homepage": "https://github.com/a"}, None),
        ({"homepage": "https://a.example/github.com/a/b"}, None),
    ],
)
def test_a_repository_that_is_not_named_is_that_of_the_home_page_or_the_bugs(pages, repository):
    named = {key: value for key, value in VIEWED.items() if key not in ("repository", "homepage", "bugs")}
    assert npm.release_of("a", named | pages).repository == repository


def test_a_deprecated_version_says_why():
    assert npm.release_of("a", VIEWED | {"deprecated": "moved to b"}).withdrawn == "moved to b"


def test_what_is_missing_or_of_another_shape_is_left_out():
    odd = {"version": "1.0.0", "license": {"type": "MIT"}, "bin": "cli.js", "repository": 3, "time": [], "dist": None}

    release = npm.release_of("@a/server", odd)

    assert (release.license, release.executables) == ("MIT", ("server",))
    assert (release.integrity, release.published, release.repository) == (None, None, None)


def test_versions_come_newest_first_even_if_npm_prints_one_without_a_list():
    assert npm.versions_of(VIEWED) == ("1.1.0", "1.0.0")
    assert npm.versions_of({"versions": "1.0.0"}) == ("1.0.0",)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(1, json.dumps({"error": {"code": "E404", "summary": "No match found for version 9"}}), ""),
        Answer(1, json.dumps({"error": {"code": "ETARGET", "summary": "No matching version"}}), ""),
        Answer(0, "", ""),
    ],
)
def test_npm_saying_that_there_is_none_is_an_answer(answer):
    assert npm.viewed("a@9.0.0", answer) == Missing("npm has no a@9.0.0")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(1, json.dumps({"error": {"code": "ECONNREFUSED", "summary": "connect ECONNREFUSED"}}), ""),
        Answer(1, json.dumps({"error": {"code": "E401", "summary": "login first"}}), ""),
        Answer(1, "", "npm error something"),
        Answer(0, "<html>", ""),
        Answer(0, "3", ""),
    ],
)
def test_no_answer_is_an_error_and_never_a_missing_package(answer):
    with pytest.raises(HubError) as raised:
        npm.viewed("a", answer)
    assert raised.value.hint


@pytest.mark.parametrize("name", ["../x", "/etc", "file:x", "https://example.com/x.tgz", "a/b", "-g", "a b", "a@b", ""])
def test_what_npm_would_not_look_up_by_name_is_not_asked_for(name):
    assert isinstance(npm.release(name, "1.0.0"), Missing)
    assert npm.versions(name) == ()


@pytest.mark.parametrize("version", ["latest", "^1.0.0", "1", "file:x", ""])
def test_only_one_exact_version_is_asked_for(version):
    assert isinstance(npm.release("left-pad", version), Missing)


def test_an_archive_cannot_write_outside_its_folder(tmp_path):
    archive = tmp_path / "a.tgz"
    with tarfile.open(archive, "w:gz") as opened:
        member = tarfile.TarInfo("../outside")
        member.size = 1
        opened.addfile(member, io.BytesIO(b"x"))
    folder = tmp_path / "folder"
    folder.mkdir()

    with pytest.raises(tarfile.TarError):
        npm._extract(archive, folder)

    assert not (tmp_path / "outside").exists()


@pytest.mark.e2e
def test_a_real_package_is_described_and_unpacked(tmp_path):
    upstream = UPSTREAMS["npm"]

    release = upstream.release("@modelcontextprotocol/server-memory", "2026.1.26")
    upstream.unpack(release, tmp_path)

    assert release.server_name == "io.github.modelcontextprotocol/server-memory"
    assert release.integrity.startswith("sha512-")
    assert (tmp_path / "package" / "README.md").is_file()
    assert "2026.1.26" in upstream.versions("@modelcontextprotocol/server-memory")
    assert upstream.release("@modelcontextprotocol/server-memory", "0.0.1-none") == Missing(
        "npm has no @modelcontextprotocol/server-memory@0.0.1-none"
    )
