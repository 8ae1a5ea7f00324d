"""Commands for a hub that runs: what they do there, and what they say here."""

import asyncio
import json
import os
import re
import signal

import httpx2
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport


@pytest.fixture
def registry(publish, entry, npm):
    """A registry with three servers, of which one wants a folder."""
    folder = {"type": "positional", "valueHint": "folder", "isRequired": True, "format": "filepath"}
    publish([entry("aa"), entry("bb"), entry("cc", packages=[npm(packageArguments=[folder])])])


@pytest.fixture
def do(cli, monkeypatch):
    """Runs a command line, in a folder; returns its exit code and all it said."""

    def run(*argv, cwd=None):
        if cwd:
            monkeypatch.chdir(cwd)
        ran = cli(*argv)
        return ran.code, ran.err + ran.out

    return run


@pytest.fixture
def hub(registry, fake_npx, served):
    """A hub with the server aa."""
    fake_npx(tools=["echo", "pid"], stderr="hello\n")
    one = served("aa", "--yes")
    assert one.address
    return one


def tools(hub):
    async def ask():
        async with Client(StreamableHttpTransport(f"{hub.address}/mcp")) as client:
            return [tool.name for tool in await client.list_tools()]

    return asyncio.run(ask())


def pid(hub, name):
    async def ask():
        async with Client(StreamableHttpTransport(f"{hub.address}/mcp")) as client:
            return (await client.call_tool(f"{name}_pid")).content[0].text

    return asyncio.run(ask())


def test_a_server_is_added_after_it_was_approved(hub, do):
    code, said = do("add", "bb")
    assert code == 4
    assert "bb: Bb (npm)\n  published " in said
    assert "to approve them: `hub-launch add bb --yes`" in said
    assert tools(hub) == ["aa_echo", "aa_pid"]
    code, said = do("add", "bb", "--yes")
    assert (code, said.splitlines()[-1]) == (0, "bb: ready, 2 tools")
    assert tools(hub) == ["aa_echo", "aa_pid", "bb_echo", "bb_pid"]


def test_what_is_there_already_is_no_matter_of_consent(hub, do):
    code, said = do("add", "aa")
    assert (code, said) == (2, "error: aa is in this hub already\n  hint: `hub-launch remove aa` first\n")


def test_parameters_are_sent_and_paths_are_meant_from_where_the_command_was_typed(hub, do, tmp_path, fake_npx):
    log = fake_npx()
    (tmp_path / "here").mkdir()
    assert do("add", "cc", "--set", "cc.folder=notes", "--yes", cwd=tmp_path / "here")[0] == 0
    called = [json.loads(line) for line in log.read_text().splitlines()]
    assert any(str(tmp_path / "here" / "notes") in words for words in called)


def test_a_missing_parameter_is_said_and_nothing_is_sent(hub, do):
    code, said = do("add", "cc", "--yes")
    assert code == 2
    assert "cc needs folder" in said
    assert tools(hub) == ["aa_echo", "aa_pid"]


def test_the_hub_refuses_what_it_would_start_otherwise_than_was_approved(hub, do, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    (other / "npx").write_text("#!/bin/sh\n")
    (other / "npx").chmod(0o755)
    monkeypatch.setenv("PATH", str(other), prepend=os.pathsep)
    code, said = do("add", "bb", "--yes")
    assert code == 4
    assert f"runs         {other / 'npx'}" in said
    assert "the hub would start something else than what was approved" in said
    assert f"runs         {tmp_path / 'bin' / 'npx'}" in said
    assert tools(hub) == ["aa_echo", "aa_pid"]


def test_a_server_is_restarted_stopped_started_and_removed(hub, do):
    before = pid(hub, "aa")
    assert do("restart", "aa") == (0, "aa: ready, 2 tools\n")
    assert pid(hub, "aa") != before
    assert do("disable", "aa") == (0, "aa: stopped\n")
    assert tools(hub) == []
    assert do("enable", "aa") == (0, "aa: ready, 2 tools\n")
    assert do("remove", "aa") == (0, "aa: removed\n")
    assert tools(hub) == []
    code, said = do("restart", "aa")
    assert code == 2
    assert "No server 'aa' is in this hub" in said


def test_status_is_a_table_for_people_and_json_for_scripts(hub, do):
    pid(hub, "aa")
    code, said = do("status")
    assert code == 0
    assert f"at {hub.address}/mcp, process {hub.process.pid}" in said
    row = next(line for line in said.splitlines() if line.startswith("aa\t")).split("\t")
    assert row[1:5] == ["ready", "2", "1", "0"]
    assert re.fullmatch(r"\d+\.\d ms", row[5])
    assert re.fullmatch(r"\d+ MB", row[7])
    code, said = do("status", "--format", "json")
    status = json.loads(said)
    assert code == 0
    assert status["servers"][0]["calls"]["total"] == 1
    assert status["address"] == hub.address


def test_logs_are_shown_and_followed(hub, do, process):
    assert do("logs", "aa") == (0, "hello\n")
    following = process("logs", "-f", "aa")
    assert following.stdout.readline() == "hello\n"
    do("restart", "aa")
    assert following.stdout.readline() == "hello\n"
    following.send_signal(signal.SIGINT)
    out, _ = following.communicate(timeout=30)
    assert (following.returncode, out) == (0, "")


def test_without_a_hub_nothing_can_be_told(do, registry):
    for command in (["status"], ["restart", "aa"], ["remove", "aa"], ["add", "aa", "--yes"], ["reload"]):
        code, said = do(*command)
        assert code == 2
        assert "No hub is running" in said


def test_of_several_hubs_one_has_to_be_named(hub, served, do):
    other = served("bb", "--yes")
    ports = [one.address.rpartition(":")[2] for one in (hub, other)]
    code, said = do("status")
    assert code == 2
    assert f"2 hubs are running: {', '.join(sorted(ports))}" in said
    assert "--hub " in said
    assert "bb\t" in do("status", "--hub", ports[1])[1]
    code, said = do("status", "--hub", "1")
    assert code == 2
    assert "No hub is running at 1" in said
    other.end()
    assert "aa\t" in do("status")[1]


def test_a_hub_that_was_killed_is_no_hub(hub, do):
    hub.process.kill()
    hub.process.wait()
    assert "No hub is running" in do("status")[1]


# hub.yaml


@pytest.fixture
def configured(tmp_path):
    """Writes hub.yaml."""

    def write(text):
        (tmp_path / "hub.yaml").write_text(text)

    return write


@pytest.fixture
def following(registry, fake_npx, served, configured, tmp_path):
    """A hub that is what hub.yaml says, with the server aa."""
    fake_npx(tools=["echo"])

    def start(*options, says="", **how):
        configured(f"{says}servers:\n  aa:   # mine\n")
        one = served("run", *options, cwd=tmp_path, **how)
        assert one.address
        return one

    return start


def test_enable_and_disable_write_the_file_and_tell_the_hub(following, do, tmp_path):
    hub = following("--yes")
    path = tmp_path / "hub.yaml"
    code, said = do("disable", "aa", cwd=tmp_path)
    assert (code, said) == (0, f"aa: disabled in {path}\nstopped: aa\n")
    assert path.read_text() == "servers:\n  aa: {enabled: false}   # mine\n"
    assert tools(hub) == []
    code, said = do("enable", "aa", cwd=tmp_path)
    assert (code, said) == (0, f"aa: enabled in {path}\nstarted: aa\n")
    assert path.read_text() == "servers:\n  aa: {enabled: true}   # mine\n"
    assert tools(hub) == ["aa_echo"]


def test_without_a_hub_the_file_alone_is_written(do, configured, tmp_path, registry):
    configured("servers:\n  aa:\n")
    assert do("disable", "aa", cwd=tmp_path)[0] == 0
    assert "enabled: false" in (tmp_path / "hub.yaml").read_text()
    code, said = do("disable", "zz", cwd=tmp_path)
    assert code == 2
    assert "no hub.yaml has zz" in said


def test_a_server_that_is_removed_is_taken_out_of_the_file_unless_it_should_stay(following, do, tmp_path):
    hub = following("--yes")
    path = tmp_path / "hub.yaml"
    assert do("remove", "aa", "--no-save") == (0, "aa: removed; hub.yaml is as it was\n")
    assert path.read_text() == "servers:\n  aa:   # mine\n"
    assert do("reload", "--yes")[0] == 0
    assert tools(hub) == ["aa_echo"]
    assert do("remove", "aa") == (0, f"{path}:\n  -   aa:   # mine\nremoved: aa\n")
    assert path.read_text() == "servers:\n"
    assert tools(hub) == []


def test_a_server_that_is_added_is_written_into_the_file_that_the_hub_follows(following, do, tmp_path):
    hub = following("--yes")
    path = tmp_path / "hub.yaml"
    words = ("add", "bb@1.2.3", "cc", "--set", "cc.folder=${notes}", "--lazy", "bb", "--instances", "cc=2")
    assert do(*words, cwd=tmp_path)[0] == 4
    assert path.read_text() == "servers:\n  aa:   # mine\n"
    code, said = do(*words, "--yes", cwd=tmp_path)
    assert code == 0
    added, bb, cc = said.splitlines()[-3:]
    # One is lazy, and rests now or in a moment; of the other the second instance may be on its way.
    assert bb.startswith("bb: ready, 1 tool")
    assert cc.startswith("cc: ready, 1 tool")
    assert added == "added: cc, bb"
    # With the folder as it was typed, and no more than was asked for.
    assert path.read_text() == (
        "servers:\n  cc:\n    set:\n      folder: $${notes}\n    instances: '2'\n"
        "  bb:\n    version: 1.2.3\n    start: lazy\n  aa:   # mine\n"
    )
    assert "  +   cc:\n  +     set:\n  +       folder: $${notes}\n" in said
    assert sorted(tools(hub)) == ["aa_echo", "bb_echo", "cc_echo"]
    # And was agreed to beside the file.
    assert do("plan", "bb", cwd=tmp_path)[0] == 0
    assert set(json.loads((tmp_path / "hub.lock").read_text())["servers"]) == {"aa", "bb", "cc"}
    assert do("reload") == (0, f"the hub is as {path} says\n")


def test_without_a_hub_servers_are_added_to_the_file_and_taken_out_again(do, configured, tmp_path, registry, fake_npx):
    fake_npx()
    code, said = do("add", "aa", "--yes", cwd=tmp_path)
    assert code == 2
    assert "--save writes hub.yaml" in said
    code, said = do("add", "aa", "--yes", "--save", cwd=tmp_path)
    assert code == 0
    first, *rest = (tmp_path / "hub.yaml").read_text().splitlines()
    assert first.startswith("# yaml-language-server: $schema=")
    assert rest == ["servers:", "  aa: {}"]
    # There is a file now.
    assert do("add", "bb", "--yes", cwd=tmp_path)[0] == 0
    assert do("add", "bb", "--yes", cwd=tmp_path)[0] == 2
    assert do("remove", "aa", cwd=tmp_path)[0] == 0
    assert (tmp_path / "hub.yaml").read_text().splitlines()[1:] == ["servers:", "  bb: {}"]
    assert do("remove", "aa", cwd=tmp_path) == (2, "error: No hub is running, and no hub.yaml has aa\n")


def test_a_folder_is_written_so_that_it_means_the_same_there_and_a_secret_is_not_written(
    do, publish, entry, npm, tmp_path, fake_npx
):
    fake_npx()
    folder = {"type": "positional", "valueHint": "folder", "isRequired": True, "format": "filepath"}
    secret = {"name": "A_TOKEN", "isSecret": True}
    publish([entry("cc", packages=[npm(packageArguments=[folder], environmentVariables=[secret])])])
    (tmp_path / "here").mkdir()
    words = ("add", "cc", "--set", "cc.folder=notes", "--config", str(tmp_path / "hub.yaml"), "--yes")
    code, said = do(*words, "--set", "cc.A_TOKEN=hush-hush", cwd=tmp_path / "here")
    assert code == 2
    assert "cc.A_TOKEN is a secret, and hub.yaml is no place for it" in said
    assert not (tmp_path / "hub.yaml").exists()
    assert do(*words)[0] == 0
    assert f"folder: {tmp_path}/here/notes\n" in (tmp_path / "hub.yaml").read_text()


def test_what_is_new_in_the_file_is_started_once_it_was_approved(following, do, configured, tmp_path):
    following("--yes").end()
    # What it starts from now on was approved then; what comes was not.
    hub = following("--watch")
    configured("servers:\n  aa:\n  bb:\n")
    hub.says(r"^hub\.yaml: waiting: bb")
    hub.says(r"^hub\.yaml: to approve what waits: `hub-launch reload`")
    assert tools(hub) == ["aa_echo"]
    code, said = do("reload")
    assert code == 4
    assert "bb: Bb (npm)" in said
    assert "to approve them: `hub-launch reload --yes`" in said
    assert "aa: Aa" not in said
    assert tools(hub) == ["aa_echo"]
    code, said = do("reload", "--yes")
    assert (code, said.splitlines()[-1]) == (0, "added: bb")
    hub.says(r"^bb: ready")
    assert tools(hub) == ["aa_echo", "bb_echo"]
    code, said = do("reload")
    assert (code, said) == (0, f"the hub is as {tmp_path / 'hub.yaml'} says\n")


def test_reload_is_for_hubs_with_a_configuration(hub, do):
    code, said = do("reload")
    assert code == 1
    assert "This hub was not started from a configuration" in said


def test_a_hub_that_watches_follows_the_file(following, configured):
    hub = following("--yes", "--watch")
    configured("servers:\n  aa:\n  bb: {set: {nothing: here}}\n")
    hub.says(r"^hub\.yaml: failed: bb: bb has no parameter 'nothing'")
    configured("servers:\n  bb:\n")
    hub.says(r"^hub\.yaml: added: bb")
    hub.says(r"^hub\.yaml: removed: aa")
    hub.says(r"^bb: ready")
    assert tools(hub) == ["bb_echo"]
    configured("servers:\n  bb: {start: lazy}\nprofiles: [")
    hub.says(r"^error: .*hub\.yaml, line 4: not YAML")
    hub.says(r"^  nothing was changed")
    assert tools(hub) == ["bb_echo"]
    configured("servers:\n  bb: {start: lazy}\n")
    hub.says(r"^hub\.yaml: changed: bb")
    configured("servers:\n  bb: {start: lazy, hide: echo}\n  aa:\n")
    hub.says(r"^hub\.yaml: added: aa")
    hub.says(r"^aa: ready")
    assert tools(hub) == ["aa_echo"]


def test_a_server_that_was_stopped_stays_so_while_the_file_changes_elsewhere(following, do, configured):
    hub = following("--yes", "--watch")
    assert httpx2.post(f"{hub.address}/v0/servers/aa/stop").status_code == 200
    configured("servers:\n  aa:\n  bb:\n")
    hub.says(r"^bb: ready")
    assert tools(hub) == ["bb_echo"]
    assert do("reload") == (0, "started: aa\n")
    hub.says(r"^aa: ready")
    assert tools(hub) == ["aa_echo", "bb_echo"]


def test_a_hub_that_does_not_watch_is_left_alone_until_it_is_told(following, do, configured):
    hub = following("--yes")
    configured("servers:\n  aa: {enabled: false}\n  bb:\n")
    assert tools(hub) == ["aa_echo"]
    assert do("reload") == (0, "added: bb\nstopped: aa\n")
    hub.says(r"^bb: ready")
    assert tools(hub) == ["bb_echo"]


def test_it_can_be_told_over_rest_too(following, configured):
    hub = following("--yes")
    configured("servers:\n  aa:\n  bb:\n")
    assert httpx2.post(f"{hub.address}/v0/reload").json() == {"changed": ["added: bb"]}
    hub.says(r"^bb: ready")


def test_a_token_from_the_environment_is_not_missed_when_the_file_is_read_again(following, configured):
    token = "0123456789abcdef0123"
    hub = following("--yes", says="hub: {token: '${HUB_TOKEN}'}\n", environ={"HUB_TOKEN": token})
    configured("hub: {token: '${HUB_TOKEN}'}\nservers:\n  aa:\n  bb:\n")
    answer = httpx2.post(f"{hub.address}/v0/reload", headers={"Authorization": f"Bearer {token}"})
    assert answer.json() == {"changed": ["added: bb"]}


def test_a_server_that_was_added_by_hand_is_none_of_the_files(following, do, configured):
    hub = following("--yes")
    assert do("add", "bb", "--yes")[0] == 0
    assert do("reload")[1].endswith("hub.yaml says\n")
    assert tools(hub) == ["aa_echo", "bb_echo"]


def test_where_there_are_no_such_sockets_that_is_said(cli, monkeypatch):
    monkeypatch.setattr("hub_launch.cli.hubs.UNSUPPORTED", True)
    ran = cli("status")
    assert ran.code == 1
    assert "A running hub takes no commands on Windows yet" in ran.err
