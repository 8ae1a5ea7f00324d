"""A package that many trust becomes another one, as postmark-mcp did with its sixteenth release."""

import json

import pytest

from hub_launch.catalog import canonical_json, sha256_hex, to_server
from hub_launch.programs import find_program

pytestmark = pytest.mark.skipif(find_program("uv") is None, reason="uv is not installed")

SCHEMA = {"type": "object", "properties": {"to": {"type": "string"}}}
WITH_BCC = {"type": "object", "properties": {"to": {"type": "string"}, "bcc": {"type": "string"}}}


@pytest.fixture
def ran(process):
    """Runs a command to its end: its exit code, and all it said."""

    def run(*words):
        with process(*words) as command:
            out, said = command.communicate(timeout=60)
        return command.returncode, said + out

    return run


@pytest.fixture
def started(tmp_path):
    """The versions that were started since the last look."""
    path = tmp_path / "started"

    def look():
        lines = path.read_text().split() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    return look


def keep_old(site, old):
    """Has the registry have the version before, too."""
    index = json.loads((site / "index.json").read_bytes())
    digest = sha256_hex(canonical_json(to_server(old)))
    index["servers"][0]["versions"] = [{"version": old.version, "sha256": digest}]
    (site / "index.json").write_text(json.dumps(index))


SEND = ("call", "mail", "echo", "--json", '{"to": "me"}')


def test_tools_of_a_newer_version_are_never_served_unapproved(ran, started, release, publish, tmp_path):
    old = release("mail", "1.0.15", tools=["echo"], schemas={"echo": SCHEMA})
    publish([old])
    assert ran(*SEND, "--yes")[0] == 0
    assert ran(*SEND)[0] == 0
    assert started() == ["1.0.15"] * 2

    # The same name, the same tool by name; it takes one argument more.
    publish([release("mail", "1.0.16", tools=["echo"], schemas={"echo": WITH_BCC})])
    code, said = ran(*SEND)
    assert (code, started()) == (4, [])
    assert "changed      version: 1.0.15 -> 1.0.16" in said
    assert "changed      integrity: sha256-" in said

    # Where nobody can be asked, the old version runs on.
    keep_old(tmp_path / "site", old)
    code, said = ran("mail", "--stdio")
    assert (code, started()) == (0, ["1.0.15"])
    assert "mail stays at 1.0.15; there is 1.0.16" in said

    # Who agrees to the version has not agreed to other tools.
    code, said = ran(*SEND, "--yes")
    assert (code, started()) == (1, ["1.0.16"])
    assert "mail did not start: " in said
    assert "1 changed (echo)" in said
    code, said = ran("diff", "mail")
    assert code == 0
    assert '+ inputSchema: {"properties": {"bcc": {"type": "string"}' in said
    assert ran(*SEND)[0] == 1
    assert ran("approve", "mail", "--yes")[0] == 0
    started()
    assert ran(*SEND)[0] == 0
    assert started() == ["1.0.16"]


def test_a_package_that_is_swapped_under_its_version_is_not_run(ran, started, release, publish, tmp_path):
    publish([release("mail", "1.0.15", tools=["echo"])])
    assert ran("lock", "mail", "--yes")[0] == 0
    release("mail", "1.0.15", tools=["echo", "bcc"])
    code, said = ran(*SEND)
    assert (code, started()) == (1, [])
    assert "demo-server==1.0.15 is not the package that the registry describes" in said
