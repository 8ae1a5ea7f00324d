"""A hub that is what its configuration says."""

import json
import sys

import pytest


@pytest.fixture
def folder(npm):
    """A server with a folder to set, and a variable that it reads from the environment."""
    return [
        npm(
            packageArguments=[{"type": "positional", "valueHint": "folder", "isRepeated": True, "format": "filepath"}],
            environmentVariables=[{"name": "DEMO_TOKEN", "isSecret": True}],
        )
    ]


@pytest.fixture
def configured(tmp_path):
    """Writes hub.yaml."""

    def write(text):
        (tmp_path / "hub.yaml").write_text(text)
        return tmp_path / "hub.yaml"

    return write


def test_the_servers_are_started_with_their_parameters(served, publish, entry, fake_npx, folder, configured, tmp_path):
    publish([entry("demo", packages=folder), entry("other"), entry("off")])
    log = fake_npx(tools=["env"])
    (tmp_path / ".env").write_text("DEMO_TOKEN=from the env file\nWHERE=notes\nPATH=/nowhere\n")
    configured(
        "servers:\n"
        "  demo:\n"
        "    set: {folder: ['.', '${WHERE}', '${HOME_OF_NOBODY:-~}']}\n"
        "    version: 1.2.3\n"
        "  other: {start: lazy}\n"
        "  off: {enabled: false}\n"
    )
    hub = served("run", "--yes", cwd=tmp_path)
    assert hub.address
    assert hub.end() == 0
    assert f"as {tmp_path / 'hub.yaml'} says" in hub.said
    assert "off: " not in hub.said
    assert "other: ready, 1 tool, " in hub.said
    assert "not running; the next call starts it" in hub.said
    assert "with         DEMO_TOKEN" in hub.said
    called = [json.loads(line) for line in log.read_text().splitlines()]
    folders = next(words for words in called if any("notes" in word for word in words))
    assert str(tmp_path / "notes") in folders
    assert str(tmp_path) in folders


def test_the_file_says_which_tools_are_offered(served, publish, entry, fake_npx, configured, tmp_path):
    publish([entry("aa"), entry("bb")])
    fake_npx(tools=["read_a", "read_b", "write"])
    configured(
        "hub: {hide: '*.read_b'}\nservers:\n  aa: {only: read_*}\n  bb: {hide: [write], rename: {read_a: look}}\n"
    )
    hub = served("run", "--yes", cwd=tmp_path)
    assert hub.address
    hub.end()
    assert "aa: read_a\n" in hub.said
    assert "bb: read_a\n" in hub.said


def test_a_profile_starts_its_servers_alone(cli, publish, entry, fake_npx, configured):
    publish([entry("aa"), entry("bb")])
    fake_npx()
    path = configured("servers: {aa: , bb: }\nprofiles: {work: [bb]}\n")
    ran = cli("run", "--config", str(path), "--profile", "work")
    assert ran.code == 4
    assert "runs" in ran.err
    assert "aa: Aa" not in ran.err
    assert "bb: Bb" in ran.err


def test_a_registry_of_the_file_is_read_in_the_place_of_the_users(cli, publish, entry, fake_npx, configured, tmp_path):
    publish([entry("aa", title="Of the user")])
    publish([entry("aa", title="Of the file")], folder="other")
    fake_npx()
    path = configured("registries: [{name: mine, place: other, unsigned: true}]\nservers: {aa: {registry: mine}}\n")
    ran = cli("run", "--config", str(path), HUB_REGISTRY="")
    assert "aa: Of the file" in ran.err
    # Who names a registry means that one.
    ran = cli("run", "--config", str(path), "--registry", str(tmp_path / "site"))
    assert "No server 'mine/aa' in the registry" in ran.err


def test_an_unknown_server_and_one_without_its_variable_fail_alone(
    served, publish, entry, fake_npx, configured, tmp_path
):
    publish([entry("aa")])
    fake_npx()
    configured("servers:\n  aa:\n  nope:\n  bb:\n    set: {token: '${NOWHERE_TO_BE_FOUND}'}\n")
    hub = served("run", "--yes", cwd=tmp_path)
    assert hub.address
    hub.end()
    assert "nope: failed: " in hub.said
    assert "bb: failed: " in hub.said
    assert "line 5: servers.bb.set.token: NOWHERE_TO_BE_FOUND has no value" in hub.said


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("servers: {}", 2, "has no server to start"),
        ("servers: {aa: {enabled: false}}", 2, "has no server to start"),
        ("servers: {aa: {strat: lazy}}", 2, "line 1: servers.aa.strat: there is no such key; did you mean start?"),
        ("registries: [{name: nobody}]\nservers: {aa: }", 2, "There is no registry 'nobody'"),
    ],
)
def test_what_cannot_be_started_is_said(cli, publish, entry, configured, text, code, words):
    publish([entry("aa")])
    ran = cli("run", "--config", str(configured(text)))
    assert ran.code == code
    assert words in ran.err


# Servers of one's own


def test_a_command_of_ones_own_is_shown_agreed_to_and_served(served, configured, server_script, tmp_path):
    (tmp_path / ".env").write_text("A_TOKEN=hush-hush-hush\n")
    config = json.dumps({"tools": ["env"]})
    configured(
        f"servers:\n  mine:\n    command: {json.dumps(sys.executable)}\n"
        f"    args: [-I, {server_script.name}, '{config}']\n"
        "    env: {A_TOKEN: '${A_TOKEN}'}\n"
    )
    hub = served("run", "--yes", cwd=tmp_path)
    assert hub.address
    assert hub.end() == 0
    assert "mine: mine (own)" in hub.said
    assert "with         A_TOKEN" in hub.said
    assert "mine: ready, 1 tool" in hub.said
    assert "hush-hush" not in hub.said


def test_a_command_of_ones_own_needs_no_registry_and_is_not_started_unseen(cli, configured, tmp_path, monkeypatch):
    configured("servers: {mine: {command: ./server}}\n")
    monkeypatch.chdir(tmp_path)
    ran = cli("run", "--port", "0", HUB_REGISTRY="/nowhere")
    assert ran.code == 4
    assert f"runs         {tmp_path}/server" in ran.err


def test_arguments_of_ones_own_begin_at_home_where_they_say_so(cli, configured, tmp_path, monkeypatch):
    configured("servers: {mine: {command: /bin/cat, args: [~/notes, '~', '~other/x', a~/b, --in=~/c]}}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ann")
    (plan,) = json.loads(cli("plan", "--format", "json", HUB_REGISTRY="/nowhere").out)
    assert plan["ways"][0]["command"][1:] == ["/home/ann/notes", "/home/ann", "~other/x", "a~/b", "--in=~/c"]


def test_a_missing_secret_stops_the_server_that_needs_it_alone(served, configured, server_script, tmp_path):
    started = f"{{command: {json.dumps(sys.executable)}, args: [-I, {server_script.name}, '{{}}'], env: {{A: '%s'}}}}"
    wanted = {"one": "keyring:none", "two": "${NOT_SET_AT_ALL}", "three": "fine"}
    configured("servers:\n" + "".join(f"  {name}: {started % value}\n" for name, value in wanted.items()))
    hub = served("run", "--yes", cwd=tmp_path)
    assert hub.address
    assert hub.end() == 0
    assert "three: ready" in hub.said
    assert "one: failed" in hub.said
    assert "NOT_SET_AT_ALL has no value" in hub.said


def test_ones_own_servers_are_locked_like_others(cli, configured, tmp_path, monkeypatch):
    configured("servers: {mine: {command: /bin/cat, args: [a]}}\n")
    monkeypatch.chdir(tmp_path)
    refused = cli("run", "--port", "0", "--locked").err
    assert f"{tmp_path / 'hub.lock'} does not say what would be started:\n  mine is not in it" in refused
    assert f"`hub-launch lock --config {tmp_path / 'hub.yaml'} mine` shows it as it is now, and asks" in refused
    assert cli("lock", "--yes").code == 0
    assert "mine" in (tmp_path / "hub.lock").read_text()
    assert "runs         /bin/cat a" in cli("plan").out
    configured("servers: {mine: {command: /bin/cat, args: [b]}}\n")
    changed = cli("run", "--port", "0", "--locked")
    assert (changed.code, "mine is another: command: cat a -> cat b" in changed.err) == (4, True)
