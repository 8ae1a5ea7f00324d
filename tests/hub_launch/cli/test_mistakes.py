"""What users get wrong: each mistake is one line with what it is and one with what to do, and nothing is a defect."""

import os
import socket
import subprocess
import sys

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, publish, entry):
    publish([entry("demo")])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "broken.json").write_text('{"mcpServers": {')
    (tmp_path / "broken.yaml").write_text("servers: [")
    (tmp_path / "wrong.yaml").write_text("servers: {demo: {sets: 3}}")
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "file").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("argv", "code", "says", "advises"),
    [
        (["nobody"], 2, "No server 'nobody'", "hub-launch search nobody"),
        (["demo@9.9"], 2, "it has 1.2.3", "demo@1.2.3"),
        (["demo", "--set", "demo"], 2, "not of the form ID.NAME=VALUE", "for example"),
        (["demo", "--set", "other.x=1"], 2, "other is not among the servers to start", "they are demo"),
        (["demo", "--host", "0.0.0.0"], 2, "others can reach that address", "hub-launch token"),
        (["demo", "--token-file", "nowhere"], 2, "No such file", "hub-launch token > nowhere"),
        (["demo", "--tls-key", "nowhere"], 2, "a key without a certificate", "--tls-cert"),
        (["demo", "--lazy", "other"], 2, "other", "demo"),
        (["demo"], 4, "Nobody is there to approve", "--yes"),
        (["run"], 2, "There is no hub.yaml", "hub-launch init"),
        (["run", "--config", "nowhere.yaml"], 2, "No such file", "hub-launch init"),
        (["run", "--config", "."], 2, "directory", "--config names another"),
        (["run", "--config", "broken.yaml"], 2, "line 2: not YAML", "close the ["),
        (["run", "--config", "empty.yaml"], 2, "no server to start", "write some under servers"),
        (["import", "nowhere.json"], 2, "No such file", "hub-launch discover"),
        (["import", "broken.json"], 2, "cannot be read: Expecting", "an editor's file"),
        (["import", "empty.yaml"], 2, "has no servers", "is it an editor's file"),
        (["discover", "nowhere"], 2, "is no folder and no http(s) address", "name a folder"),
        (["publish", "nowhere.yaml"], 2, "No such file", "a file with one entry"),
        (["analyze", "nowhere.json"], 2, "No such file", "an OpenAPI description"),
        (["analyze", "http://127.0.0.1:9/x"], 2, "only files and https addresses", "hub-launch discover http://127.0"),
        (["registry", "add", "work", "nowhere"], 3, "does not exist", "hub-build site"),
        (["registry", "add", "work", "ftp://x"], 2, "not supported", "use a folder"),
        (["registry", "remove", "work"], 2, "There is no registry 'work'", "there is checkout"),
        (["registry", "rm", "work"], 2, "No server 'registry'", "`hub-launch registry` has add, list, remove"),
        (["list", "--registry", "chekcout"], 3, "neither a registry nor a folder", "did you mean checkout?"),
        (["list", "--registry", "nowhere"], 3, "does not exist", "--registry"),
        (["list", "--registry", "http://127.0.0.1:9"], 3, "Connection refused", "check the address"),
        (["status"], 2, "No hub is running", "hub-launch run"),
        (["logs", "demo"], 2, "There is no log of 'demo'", "nothing wrote anything yet"),
        (["diff", "demo"], 2, "nothing to look at", "hub-launch demo"),
        (["uninstall", "cursor"], 2, "has no hub", "hub-launch clients"),
        (["install", "windsurf", "--project"], 2, "has no file of a project", "leave --project out"),
        (["export", "compose"], 2, "There is no hub.yaml", "hub-launch init"),
        (["unpublish", "mine"], 2, "no entry mine", "there is none: `hub-launch publish FILE`"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_a_mistake_says_what_it_is_and_what_to_do(cli, argv, code, says, advises):
    ran = cli(*argv)
    assert ran.code == code
    error, hint = ran.err.splitlines()[-2:]
    assert error.startswith("error: ")
    assert says in error
    assert hint.startswith("  hint: ")
    assert advises in hint
    assert "Traceback" not in ran.err


def test_a_key_that_is_none_names_its_line_and_the_nearest(cli):
    ran = cli("run", "--config", "wrong.yaml")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "wrong.yaml, line 1: servers.demo.sets: there is no such key; did you mean set?" in ran.err


def test_an_entry_that_is_none_is_named_by_its_file(cli):
    ran = cli("publish", "broken.json")
    assert ran.code == 1
    assert "FAIL broken.json:1: not JSON" in ran.err


def test_a_proxy_that_does_not_answer_is_named_without_its_password(cli, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://me:hush@127.0.0.1:{port}")
    ran = cli("list", "--registry", "http://registry.example.com", "--unsigned")
    assert ran.code == 3
    assert f"through the proxy 127.0.0.1:{port} of HTTP_PROXY" in ran.err
    assert "hush" not in ran.err


@pytest.mark.parametrize("name", ["HUB_CACHE_DIR", "HUB_STATE_DIR", "HUB_CONFIG_DIR"])
@pytest.mark.parametrize("argv", [["list"], ["plan", "demo"], ["search", "demo"], ["registry", "list"], ["clients"]])
def test_folders_that_cannot_be_made_are_no_reason_not_to_look(cli, folder, name, argv):
    assert cli(*argv, **{name: str(folder / "file" / "below")}).code == 0


def test_a_reader_that_has_seen_enough_is_no_mistake(process):
    with process("list", "--format", "json") as running:
        running.stdout.close()
        err = running.stderr.read()
    assert (running.returncode, err) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors are POSIX's")
@pytest.mark.parametrize("descriptor", [0, 1, 2])
@pytest.mark.parametrize("argv", [["list"], ["plan", "demo"], ["nobody"]], ids=" ".join)
def test_a_stream_that_is_closed_is_no_defect(process, descriptor, argv):
    # As `>&-` does in a shell: the interpreter finds it closed.
    running = process(*argv, preexec_fn=lambda: os.close(descriptor))
    running.communicate(timeout=60)
    assert running.returncode == (2 if argv == ["nobody"] else 0)


def test_a_question_without_a_terminal_is_none(process):
    running = process("demo", stdin=subprocess.DEVNULL)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 4
    assert "hub-launch demo --yes" in err
    assert os.linesep not in err.rstrip().splitlines()[-1]
