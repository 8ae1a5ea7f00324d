import json

import pytest

from hub_launch.errors import ExitCode

REMOTE = [{"type": "streamable-http", "url": "https://mcp.example.com/mcp"}]


def test_an_entry_in_the_official_form(run, registry):
    registry.add("weather", tags=["local"])
    ended = run("export", "weather", "--to", "server.json")
    assert json.loads(ended.out)["name"] == "io.github.example/weather"
    assert 'lost weather.tags `["local"]`: the official form has no place for it' in ended.err.splitlines()


def test_all_entries_in_one_list(run, registry):
    registry.add("weather")
    registry.add("clock")
    document = json.loads(run("export", "--all", "--to", "list").out)
    assert [one["server"]["name"] for one in document["servers"]] == [
        "io.github.example/clock",
        "io.github.example/weather",
    ]


def test_a_form_of_one_server_takes_one_id(run, registry):
    registry.add("weather")
    registry.add("clock")
    ended = run("export", "--all", "--to", "docker")
    assert ended.code == ExitCode.USAGE
    assert "holds one server, not 2" in ended.err


def test_a_file_is_not_written_over_unless_asked(run, registry, tmp_path):
    registry.add("weather")
    words = ("export", "weather", "--to", "mcp.json", "-o", str(tmp_path / "mcp.json"))
    assert run(*words).code == ExitCode.OK
    before = (tmp_path / "mcp.json").read_bytes()
    ended = run(*words)
    assert ended.code == ExitCode.USAGE
    assert "--replace" in ended.err
    assert run(*words, "--replace").code == ExitCode.OK
    assert (tmp_path / "mcp.json").read_bytes() == before


def test_what_a_form_cannot_hold_at_all_fails(run, registry):
    registry.add("weather", packages=..., module={"path": "hub_launch.servers.registry"})
    ended = run("export", "weather", "--to", "toolhive")
    assert (ended.code, ended.out) == (ExitCode.FAILED, "")
    assert "it has neither an image nor a remote server" in ended.err
    ended = run("export", "weather", "--to", "docker")
    assert ended.code == ExitCode.FAILED
    assert "neither an image nor a remote" in ended.err


@pytest.mark.parametrize("form", ["server.json", "list", "docker", "toolhive", "seed"])
def test_what_is_exported_is_imported_again(run, registry, form):
    registry.add("weather", packages=..., remotes=REMOTE)
    name = "server.yaml" if form in ("docker", "seed") else "out.json"
    assert run("export", "weather", "--to", form, "-o", name).code == ExitCode.OK
    facts = ("--license", "MIT", "--maintainer", "you", "--category", "data", "--entry-version", "1.4.0")
    ended = run("import", name, *facts, "--published", "2026-11-21", "-o", "new/servers")
    assert ended.code == ExitCode.OK, ended.out
    assert "1 written, and good" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "list"), "name the entries to export, or --all"),
        (("weather", "--all", "--to", "list"), "name the entries to export, or --all"),
        (("wether", "--to", "list"), "did you mean weather?"),
        (("zzz", "--to", "list"), "`hub-build check` says what is wrong"),
    ],
)
def test_wrong_use_says_what_to_do(run, registry, words, said):
    registry.add("weather")
    ended = run("export", *words)
    assert ended.code == ExitCode.USAGE
    assert said in ended.err
