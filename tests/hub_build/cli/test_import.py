import json

import pytest

from hub_launch.errors import ExitCode

FACTS = ("--license", "MIT", "--maintainer", "you", "--category", "data", "--published", "2026-11-21")

SERVER = {
    "name": "com.example/forecast",
    "title": "Forecast",
    "description": "Forecasts for any place.",
    "version": "1.4.0",
    "remotes": [{"type": "streamable-http", "url": "https://mcp.example.com/mcp"}],
}


@pytest.fixture
def source(registry):
    """Write a source file beside the registry; returns its name."""

    def writer(document, name="source.json"):
        text = document if isinstance(document, str) else json.dumps(document)
        path = registry.folder.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name

    return writer


def answer(version, **changes):
    return {"server": SERVER | {"version": version} | changes}


def test_a_server_becomes_a_file_that_passes_the_check(run, registry, source):
    ended = run("import", source(SERVER), *FACTS)
    assert ended.code == ExitCode.OK
    assert ended.out.splitlines()[0] == "written    com.example/forecast 1.4.0 -> registry/servers/forecast.yaml"
    assert "1 written, and good" in ended.out
    written = (registry.folder / "servers/forecast.yaml").read_text(encoding="utf-8")
    assert written.startswith("# yaml-language-server: $schema=../../schema/entry.schema.json\nid: forecast\n")
    assert "maintainers: [you]\ncategories: [data]\n" in written
    assert run("check").code == ExitCode.OK


def test_what_is_there_is_not_written_over_unless_asked(run, registry, source):
    name = source(SERVER)
    run("import", name, *FACTS)
    entry = registry.folder / "servers/forecast.yaml"
    entry.write_text(entry.read_text().replace("Forecasts for any", "Mine for any"))
    mine = entry.read_text()
    ended = run("import", name, *FACTS)
    assert (ended.code, entry.read_text()) == (ExitCode.FAILED, mine)
    assert "already there (--replace writes over it)" in ended.out
    assert run("import", name, *FACTS, "--replace").code == ExitCode.OK
    assert entry.read_text() != mine


def test_an_id_that_another_server_has_is_left_to_it(run, registry, source):
    registry.add("forecast")
    run("import", source(SERVER), *FACTS, "--replace")
    assert (registry.folder / "servers/example-forecast.yaml").exists()
    assert "io.github.example/forecast" in (registry.folder / "servers/forecast.yaml").read_text()


def test_a_dry_run_writes_nothing(run, registry, source):
    ended = run("import", source(SERVER), *FACTS, "--dry-run")
    assert ended.out.startswith("would write com.example/forecast 1.4.0")
    assert not list((registry.folder / "servers").iterdir())


def test_missing_facts_are_named_with_the_way_to_give_them(run, registry, source):
    ended = run("import", source(SERVER))
    assert ended.code == ExitCode.FAILED
    assert not list((registry.folder / "servers").iterdir())
    assert "missing   license: the source does not say; give it with --license" in ended.out
    assert "1 to be completed by a person (--drafts writes them too)" in ended.out


def test_a_draft_is_written_where_asked_and_the_check_says_what_is_left(run, registry, source):
    ended = run("import", source(SERVER), "--drafts")
    assert ended.code == ExitCode.OK
    assert ended.out.startswith("draft      com.example/forecast 1.4.0 -> registry/servers/forecast.yaml")
    checked = run("check")
    assert checked.code == ExitCode.FAILED
    assert "`license` is missing" in checked.out


def test_earlier_versions_go_to_their_own_folder_and_stay_as_they_are(run, registry, source):
    name = source({"servers": [answer("1.3.0"), answer("1.4.0"), answer("1.2.0")]})
    assert "2 earlier versions (--versions writes them too)" in run("import", name, *FACTS).out
    ended = run("import", name, *FACTS, "--versions", "--replace")
    versions = sorted(path.name for path in (registry.folder / "versions/forecast").iterdir())
    assert (ended.code, versions) == (ExitCode.OK, ["1.2.0.yaml", "1.3.0.yaml"])
    earlier = registry.folder / "versions/forecast/1.2.0.yaml"
    earlier.write_text("changed")
    run("import", name, *FACTS, "--versions", "--replace")
    assert earlier.read_text() == "changed"


def test_an_earlier_version_that_is_the_registrys_current_one_is_there_already(run, registry, source):
    run("import", source({"servers": [answer("1.3.0")]}), *FACTS)
    run("import", source({"servers": [answer("1.3.0"), answer("1.4.0"), answer("1.2.0")]}), *FACTS, "--versions")
    assert [path.name for path in (registry.folder / "versions/forecast").iterdir()] == ["1.2.0.yaml"]
    assert run("check").code == ExitCode.OK


def test_earlier_versions_are_not_written_without_the_current_one(run, registry, source):
    newest = answer("1.4.0")
    newest["server"] |= {"remotes": []}
    ended = run("import", source({"servers": [answer("1.3.0"), newest]}), *FACTS, "--versions")
    assert "2 to be completed by a person" in ended.out
    assert "the entry of the current version, which is not written either" in ended.out
    assert not (registry.folder / "versions").exists()


def test_an_alias_is_left_to_what_it_stands_for(run, registry, source):
    registry.add("weather")
    registry.write("lists.yaml", "aliases: {forecast: weather}\n")
    assert run("import", source(SERVER), *FACTS).code == ExitCode.OK
    assert not (registry.folder / "servers/forecast.yaml").exists()
    assert run("check").code == ExitCode.OK


def test_what_a_check_refuses_is_to_be_completed(run, registry, source):
    ended = run("import", source(SERVER | {"name": "forecast/x", "version": "index.json"}), *FACTS, "--dry-run")
    assert ended.code == ExitCode.FAILED
    assert "incomplete forecast/x index.json" in ended.out
    assert "fail      `version`: `index.json` is the name of a file of the static API" in ended.out


def test_a_broken_file_hides_no_other(run, registry, source):
    source("{", "all/broken.json")
    source("a: [", "all/broken.yaml")
    source({"some": "thing"}, "all/other.json")
    source({"servers": [5, {"server": {}}, {"server": SERVER}]}, "all/list.json")
    ended = run("import", "all", *FACTS)
    assert ended.code == ExitCode.OK
    assert [line for line in ended.out.splitlines() if line.startswith("unread")] == [
        "unread     all/broken.json: line 1: not JSON: Expecting property name enclosed in double quotes",
        "unread     all/broken.yaml: line 2: not YAML: while parsing a flow node did not find expected node content",
        "unread     all/other.json: in no form that is known here",
    ]
    assert "3 servers and versions in 4 files, 3 of them not read:" in ended.out
    assert (registry.folder / "servers/forecast.yaml").exists()


def test_a_single_file_that_cannot_be_read_is_wrong_use(run, source):
    ended = run("import", source("{"))
    assert ended.code == ExitCode.USAGE
    assert "source.json: line 1: not JSON" in ended.err
    assert "name one with --from" in run("import", source({"x": 1})).err
    assert "not Docker's server.yaml" in run("import", source(SERVER), "--from", "docker").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.json",), "there is no file or folder nowhere.json"),
        (("registry/openapi",), "has no file that ends in"),
        (("registry", "--published", "today"), "--published today is no day"),
    ],
)
def test_wrong_use_says_what_to_do(run, words, said):
    ended = run("import", *words)
    assert ended.code == ExitCode.USAGE
    assert said in ended.err


def test_json_has_every_note(run, source):
    report = json.loads(run("import", source(SERVER), *FACTS, "--format", "json", "--dry-run").out)
    assert report["counts"]["written"] == 1
    (server,) = report["servers"]
    assert (server["id"], server["outcome"], server["file"]) == (
        "forecast",
        "written",
        "registry/servers/forecast.yaml",
    )
    assert {"kind": "guessed", "field": "id", "value": "forecast", "because": "from the name"} in server["notes"]


def test_nothing_of_a_stranger_reaches_the_terminal_as_it_is(run, source):
    ended = run("import", source(SERVER | {"\x1b[2J": "\x1b[31m", "title": "a\u202eb"}), *FACTS)
    assert "\x1b" not in ended.out
    assert "\u202e" not in ended.out
    assert "refused" in ended.out


def test_credentials_of_an_editor_reach_neither_file_nor_report(run, registry, source):
    server = {"command": "npx", "args": ["-y", "x@1.0.0", "--token", "s3cret-1"], "env": {"LEVEL": "s3cret-2"}}
    remote = {"url": "https://me:s3cret-3@example.com/mcp?key=s3cret-4", "headers": {"X-Any": "s3cret-5"}}
    name = source({"mcpServers": {"tool": server, "far": remote}})
    ended = run("import", name, *FACTS, "--drafts", "--entry-version", "1.0.0")
    files = [path.read_text() for path in (registry.folder / "servers").iterdir()]
    assert len(files) == 2
    assert "s3cret" not in "".join([*files, ended.out, ended.err])


def test_a_folder_that_cannot_be_written_is_an_error_in_words(run, source):
    source("a file", "taken")
    ended = run("import", source(SERVER), *FACTS, "-o", "taken/servers")
    assert ended.code == ExitCode.FAILED
    assert "taken/servers cannot be written" in ended.err
