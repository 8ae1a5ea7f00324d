import re

import pytest
import yaml


@pytest.fixture(autouse=True)
def _registry(publish, entry, npm, pypi):
    publish(
        [
            entry("time", description="Tells [bold]time[/bold].", packages=[npm(), pypi()]),
            entry("git", status="deprecated", version="2.0"),
            entry("gone", status="withdrawn"),
        ]
    )


def test_every_server_that_can_be_started_is_a_tab_separated_line_for_scripts(cli):
    ran = cli("list")
    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.splitlines() == [
        "git\t2.0\tnpm\t(deprecated) What git does.",
        "time\t1.2.3\tnpm, pypi\tTells [bold]time[/bold].",
    ]


def test_on_a_terminal_it_is_a_table_with_a_heading(cli):
    lines = re.sub(r"\x1b\[[0-9;]*m", "", cli("list", tty=True).out).splitlines()
    assert lines[1].split() == ["id", "version", "kind", "description"]
    # Brackets are text and no markup.
    assert any("Tells [bold]time[/bold]." in line for line in lines)


def test_as_json_it_is_the_rows_of_the_index(cli):
    rows = cli("list", "--format", "json").json
    assert [row["id"] for row in rows] == ["git", "time"]
    assert rows[1]["kinds"] == ["npm", "pypi"]


def test_another_registry_may_be_named(cli, publish, entry):
    other = publish([entry("other")], "other")
    assert cli("list", "--registry", str(other)).out.startswith("other\t")
    assert cli("list", HUB_REGISTRY=str(other)).out.startswith("other\t")


def test_an_empty_registry_lists_nothing(cli, publish):
    publish([])
    assert (cli("list").out, cli("list").code) == ("", 0)
    assert cli("list", "--format", "json").json == []


def test_without_a_registry_it_is_exit_3_with_what_to_do(cli, tmp_path):
    ran = cli("list", "--registry", str(tmp_path / "nowhere"))
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        f"error: The registry folder {tmp_path / 'nowhere'} does not exist\n"
        "  hint: in a checkout, `hub-build site` makes it; elsewhere name one with --registry\n"
    )


def test_a_cached_copy_is_used_with_a_note_when_the_host_is_down(cli, web, built, entry, tmp_path):
    web.serve(built([entry("time")]))
    cli("info", "time", "--registry", web.url)
    web.close()
    (state,) = (tmp_path / "cache").rglob("state.json")
    state.write_text(re.sub(r'"checked":[0-9.]+', '"checked":1000', state.read_text()))
    ran = cli("list", "--registry", web.url)
    assert ran.out.startswith("time\t")
    assert f"note: the registry {web.url} cannot be reached" in ran.err


def test_what_a_publisher_wrote_cannot_command_the_terminal(cli, publish, entry):
    publish([entry("time", description="a\x1b[2J\u202eb\tc")])
    for tty in (False, True):
        assert "a\\x1b[2J\\u202eb\\tc" in cli("list", tty=tty).out


# All, with how they stand


def test_as_yaml_it_is_the_same_as_as_json(cli):
    assert yaml.safe_load(cli("list", "--format", "yaml").out) == cli("list", "--format", "json").json
    everything = cli("list", "--all", "--format", "yaml")
    assert yaml.safe_load(everything.out) == cli("list", "--all", "--format", "json").json


def test_all_says_what_hub_yaml_has_and_what_runs(cli, served, tmp_path, fake_npx):
    fake_npx(tools=["a"])
    path = tmp_path / "hub.yaml"
    path.write_text(
        "servers: {time: {enabled: false}, git: , mine: {command: x, args: ['a b']}, off: {url: 'http://x'}}"
    )
    states = [line.split("\t")[::3] for line in cli("list", "--all", "-c", str(path)).out.splitlines()]
    assert states == [["git", "in hub.yaml"], ["mine", "in hub.yaml"], ["off", "in hub.yaml"], ["time", "disabled"]]
    hub = served("time", "--yes")
    assert hub.address
    rows = {one["id"]: one for one in cli("list", "--all", "-c", str(path), "--format", "json").json}
    assert hub.end() == 0
    assert rows["time"]["state"] == "ready"
    assert rows["mine"] | {"kinds": ["own"], "description": "x 'a b'"} == rows["mine"]


def test_a_configuration_that_is_wrong_is_a_note_and_if_it_was_named_an_error(cli, tmp_path, monkeypatch):
    (tmp_path / "hub.yaml").write_text("servers: 3\n")
    monkeypatch.chdir(tmp_path)
    ran = cli("list", "--all")
    assert (ran.code, len(ran.out.splitlines())) == (0, 2)
    assert "note: " in ran.err
    assert cli("list", "--all", "-c", "hub.yaml").code == 2
