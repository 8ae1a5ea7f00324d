from datetime import UTC, datetime

import pytest

from hub_build.upstream import UPSTREAMS, Missing, pypi
from hub_build.upstream.client import Answer
from hub_launch.errors import HubError

# As uv 0.13 prints it, shortened.
LOCKED = """\
lock-version = "1.0"
created-by = "uv"
requires-python = ">=3.11"

[[packages]]
name = "a-server"
version = "2.0.0"
sdist = { url = "https://files.example/a_server-2.0.0.tar.gz", upload-time = 2026-10-19T06:48:53Z, \
hashes = { sha256 = "00" } }
wheels = [{ url = "https://files.example/a_server-2.0.0-py3-none-any.whl", upload-time = 2026-10-19T06:48:51Z, \
hashes = { sha256 = "11" } }]
"""


def test_a_locked_version_is_a_release_with_the_hash_of_its_wheel():
    release = pypi.release_of("a-server", Answer(0, LOCKED, "Resolved 1 package in 39ms\n"))

    assert (release.version, release.integrity, release.integrities) == ("2.0.0", "sha256-11", ("sha256-11",))
    assert release.published == datetime(2026, 10, 19, 6, 48, 51, tzinfo=UTC)
    assert release.withdrawn is None


def test_a_yanked_version_says_why():
    told = 'warning: `a-server==2.0.0` is yanked (reason: "Broken on Windows.")\n'
    assert pypi.release_of("a-server", Answer(0, LOCKED, told)).withdrawn == "Broken on Windows."
    assert pypi.release_of("a-server", Answer(0, LOCKED, "warning: `a-server==2.0.0` is yanked\n")).withdrawn


def test_no_wheel_for_every_machine_is_no_integrity():
    wheels = {"a-1-cp312-cp312-win_amd64.whl": "sha256-1", "a-1-cp312-cp312-manylinux_2_28_x86_64.whl": "sha256-2"}
    assert pypi.one_for_all(wheels) is None
    assert pypi.one_for_all(wheels | {"a-1-py3-none-any.whl": "sha256-3"}) == "sha256-3"
    assert pypi.one_for_all({}) is None


def test_a_file_of_an_index_that_tells_no_time_has_none():
    lines = LOCKED.replace(", upload-time = 2026-10-19T06:48:53Z", "").replace(
        ", upload-time = 2026-10-19T06:48:51Z", ""
    )
    assert pypi.release_of("a-server", Answer(0, lines, "")).published is None


@pytest.mark.parametrize("out", ["", "nonsense", 'lock-version = "1.0"\n', "packages = 3\n"])
def test_what_uv_never_prints_is_an_error_with_a_hint(out):
    with pytest.raises(HubError) as raised:
        pypi.release_of("a", Answer(0, out, ""))
    assert raised.value.hint


@pytest.mark.parametrize("name", ["./x", "/etc", "a @ https://example.com", "-r x", "--help", "a;b", "a==1", ""])
def test_what_uv_would_not_look_up_by_name_is_not_asked_for(name):
    assert isinstance(pypi.release(name, "1.0"), Missing)
    assert pypi.versions(name) == ()


@pytest.mark.e2e
def test_a_real_package_is_described_and_unpacked(tmp_path):
    upstream = UPSTREAMS["pypi"]

    release = upstream.release("mcp-server-time", "2026.10.19")
    upstream.unpack(release, tmp_path)

    assert release.integrity == "sha256-5c099a001c6ca78260bda419f2e9b2aabee1adc4fe6ca56d8959871ad8da58a1"
    assert (release.server_name, release.license) == ("io.github.modelcontextprotocol/server-time", "MIT")
    assert release.executables == ("mcp-server-time",)
    assert (tmp_path / "mcp_server_time" / "server.py").is_file()
    assert "2026.10.19" in upstream.versions("mcp-server-time")
    assert upstream.release("mcp-server-time", "99.0") == Missing("PyPI has no mcp-server-time==99.0")
