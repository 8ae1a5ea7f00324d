"""What is agreed to, and what is asked about again: somebody tries to have something else started."""

import json
import sys

import pytest

from hub_launch.guard.sandbox import choose

EXIT_ASKED = 4


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Writes the hub.yaml of a project, and goes there; all projects of a test share the user's own lock."""

    def write(text, folder="project", env_file=""):
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        (path / "hub.yaml").write_text(text)
        (path / ".env").write_text(env_file)
        monkeypatch.chdir(path)
        monkeypatch.setenv("HUB_LOCK", str(tmp_path / "config" / "hub.lock"))

    return write


@pytest.fixture
def asks(cli, tmp_path):
    """What is said where it is asked about servers; nothing where it is not."""

    def ask(*words, **environ):
        ran = cli("lock", *words, **({"HUB_LOCK": str(tmp_path / "config" / "hub.lock")} | environ))
        return ran.err if ran.code == EXIT_ASKED else ""

    return ask


def own(**part):
    return f"servers: {{mine: {json.dumps({'command': sys.executable, 'args': ['server.py']} | part)}}}\n"


def test_the_same_command_in_another_folder_is_another_program(project, asks, tmp_path):
    project(own())
    assert not asks("--yes")
    assert not asks()
    project(own(), "strangers-project")
    assert f"changed      started in: {tmp_path}/project -> {tmp_path}/strangers-project" in asks()


def test_a_variable_of_another_value_is_asked_about_and_its_value_stays_out_of_the_lock(project, asks, tmp_path):
    project(own(env={"NODE_OPTIONS": "--no-warnings"}))
    assert not asks("--yes")
    project(own(env={"NODE_OPTIONS": "--require=./evil.js"}))
    assert "changed      NODE_OPTIONS has another value" in asks()
    assert "warnings" not in (tmp_path / "config" / "hub.lock").read_text()


def test_a_credential_that_is_renewed_is_no_change(project, asks, monkeypatch, tmp_path):
    text = own(env={"A": "${SOME_TOKEN}"}, args=["--token", "${SOME_TOKEN}"])
    for value in ("first-of-the-tokens", "second-of-the-tokens"):
        monkeypatch.setenv("SOME_TOKEN", value)
        project(text)
        assert not asks(*(["--yes"] if value.startswith("first") else []))
        assert "of-the-tokens" not in (tmp_path / "config" / "hub.lock").read_text()


def test_a_word_of_the_command_cannot_hide_as_the_value_of_a_variable(project, asks):
    evil = "import evil; evil.start()"
    project(own(args=["-c", evil], env={"A": evil}))
    assert f"-c '{evil}'" in asks()
    assert not asks("--yes")
    worse = "import worse; worse.start()"
    project(own(args=["-c", worse], env={"A": worse}))
    assert "changed      the command has another value" in asks()


def test_nor_as_a_credential_that_came_with_the_project(project, asks):
    project(own(args=["-c", "${API_TOKEN}"]), env_file="API_TOKEN='import evil; evil.start()'")
    assert "-c 'import evil; evil.start()'" in asks()


def test_a_parameter_that_becomes_a_variable_is_asked_about_and_a_secret_is_not(asks, publish, entry, npm, fake_npx):
    fake_npx()
    variables = [{"name": "DATABASE"}, {"name": "DATABASE_TOKEN", "isSecret": True}]
    publish([entry("data", packages=[npm(environmentVariables=variables)])])

    def given(database, token):
        return ("data", "--set", f"data.DATABASE={database}", "--set", f"data.DATABASE_TOKEN={token}")

    assert not asks(*given("mine", "k3y"), "--yes")
    assert not asks(*given("mine", "another-k3y"))
    assert "changed      DATABASE has another value" in asks(*given("theirs", "k3y"))


@pytest.mark.skipif(choose().name == "none", reason="no sandbox works on this machine")
def test_a_weaker_sandbox_is_asked_about(asks, publish, entry, fake_npx):
    fake_npx()
    publish([entry("mail")])
    assert not asks("mail", "--yes", HUB_SANDBOX="auto")
    assert f"changed      sandbox: {choose().name} -> none" in asks("mail", HUB_SANDBOX="off")
    assert not asks("mail", "--yes", HUB_SANDBOX="off")
    # A stronger one is no question.
    assert not asks("mail", HUB_SANDBOX="auto")


def test_another_registrys_server_of_the_same_id_is_asked_about(asks, publish, entry, fake_npx, tmp_path):
    fake_npx()
    publish([entry("mail")])
    other = publish([entry("mail")], "elsewhere")
    assert not asks("mail", "--yes")
    assert f"changed      registry: {tmp_path / 'site'} -> {other}" in asks("mail", "--registry", str(other))


def test_another_server_under_the_name_of_one_that_was_agreed_to_is_asked_about(
    asks, project, publish, entry, fake_npx
):
    fake_npx()
    publish([entry("mail"), entry("evil")])
    project("servers: {mail: {}}\n")
    assert not asks("--yes")
    project(own().replace("mine", "mail"))
    assert "changed      started by: npm -> own" in asks()


# Which lock


def test_a_server_of_the_file_is_locked_beside_it_and_others_in_the_users_own_lock(
    cli, publish, entry, fake_npx, tmp_path, monkeypatch
):
    fake_npx()
    publish([entry("mail"), entry("other")])
    (tmp_path / "hub.yaml").write_text("servers: {mail: {}, later: {command: /bin/cat, enabled: false}}\n")
    monkeypatch.chdir(tmp_path)
    beside, users = tmp_path / "hub.lock", tmp_path / "config" / "hub.lock"
    assert f"written to {beside}: mail" in cli("lock", "mail", "--yes").err
    assert not users.exists()
    assert f"written to {beside}: later" in cli("lock", "later", "--yes").err
    assert f"written to {users}: other" in cli("lock", "other", "--yes").err
    assert f"written to {users}: mail" in cli("lock", "mail", "--no-config", "--yes").err
    both = cli("lock", "mail", "other", "--yes")
    assert both.code == 2
    assert f"mail is in {tmp_path / 'hub.yaml'} and other is not" in both.err
    # What is told where somebody is refused leads to the lock that refused them.
    assert "`hub-launch lock --no-config evil`" in cli("evil", "--locked", "--port", "0", **_evil(publish, entry)).err


def _evil(publish, entry):
    publish([entry("evil")])
    return {}


def test_a_broken_lock_beside_the_file_is_the_one_that_is_put_aside(cli, tmp_path, monkeypatch):
    (tmp_path / "hub.yaml").write_text("servers: {mine: {command: /bin/cat}}\n")
    (tmp_path / "hub.lock").write_text("{")
    monkeypatch.chdir(tmp_path)
    refused = cli("plan")
    assert refused.code == EXIT_ASKED
    assert f"`hub-launch lock --config {tmp_path / 'hub.yaml'} --reset`" in refused.err
    assert cli("lock", "--reset", "--config", str(tmp_path / "hub.yaml")).code == 0
    assert (tmp_path / "hub.lock.broken-1").read_text() == "{"
    assert cli("plan").code == 0
