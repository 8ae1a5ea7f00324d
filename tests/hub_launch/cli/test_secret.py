import io
import json
import signal

import pytest

VALUE = "pl4nted-s3cret-value"
NEEDS = {"environmentVariables": [{"name": "TOKEN", "description": "A key.", "isRequired": True, "isSecret": True}]}


@pytest.fixture(autouse=True)
def _keyring(monkeypatch, keyring):
    monkeypatch.setattr("hub_launch.guard.secrets.Secrets.__init__.__defaults__", (lambda: keyring,))


@pytest.fixture
def typed(monkeypatch):
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def needy(entry, document):
    packages = [{**document("demo")["packages"][0], **NEEDS}]
    return entry("demo", packages=packages)


def test_a_secret_is_kept_listed_and_forgotten(cli, typed):
    typed(f"{VALUE}\n")
    assert cli("secret", "set", "demo.TOKEN").code == 0
    assert cli("secret", "list").out == "demo.TOKEN\n"
    assert json.loads(cli("secret", "list", "--format", "json").out) == ["demo.TOKEN"]
    assert cli("secret", "remove", "demo.TOKEN").code == 0
    ran = cli("secret", "remove", "demo.TOKEN")
    assert (ran.code, cli("secret", "list").out) == (2, "")


def test_what_cannot_be_kept_is_said_before_anybody_types_it(cli, typed):
    typed("")
    ran = cli("secret", "set", "a name")
    assert ran.code == 2
    assert "'a name' is no name for a secret" in ran.err


def test_nothing_typed_is_exit_2(cli, typed):
    typed("")
    assert cli("secret", "set", "demo.TOKEN").code == 2


def test_a_server_is_given_the_secret_that_is_kept_for_it(cli, typed, publish, entry, document, fake_npx):
    publish([needy(entry, document)])
    fake_npx(tools=["env"])
    assert cli("call", "demo", "env", "--yes").code == 2
    typed(VALUE)
    cli("secret", "set", "demo.TOKEN")
    ran = cli("call", "demo", "env", "--yes")
    assert ran.code == 0
    assert json.loads(ran.out)["TOKEN"] == VALUE
    assert VALUE not in ran.err


def test_a_reference_names_another(cli, typed, publish, entry, document, fake_npx):
    publish([needy(entry, document)])
    fake_npx(tools=["env"])
    typed(VALUE)
    cli("secret", "set", "work")
    ran = cli("call", "demo", "env", "--yes", "--set", "demo.TOKEN=keyring:work")
    assert json.loads(ran.out)["TOKEN"] == VALUE
    assert "There is no secret 'home'" in cli("plan", "demo", "--set", "demo.TOKEN=keyring:home").err


def test_a_secret_is_in_no_file_and_in_nothing_that_is_said(publish, entry, document, fake_npx, process, tmp_path):
    publish([needy(entry, document)])
    # It says its secret wherever it can, and ends.
    fake_npx(stderr=f"my key is {VALUE}\n", exit=3)
    hub = process("demo", "--yes", "--port", "0", "--set", f"demo.TOKEN={VALUE}")
    try:
        out, err = hub.communicate(timeout=60)
    except BaseException:
        hub.send_signal(signal.SIGKILL)
        raise
    assert "my key is ***" in out + err
    assert VALUE not in out + err
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "bin"]
    assert any(path.name == "hub.lock" for path in kept)
    told = [path.name for path in kept if VALUE.encode() in path.read_bytes()]
    assert set(told) <= {"demo", "npx"}, told
