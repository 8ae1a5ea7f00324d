"""A user and what they agree to, on a real terminal."""

import json
import os
import sys

import pexpect
import pytest

from hub_launch.catalog import canonical_json, sha256_hex, to_server

READY_SECONDS = 60
TOOL = "send"


@pytest.fixture
def terminal(tmp_path):
    """Runs hub-launch as somebody at a terminal does."""
    sessions = []
    folders = {f"HUB_{name.upper()}_DIR": str(tmp_path / name) for name in ("cache", "state", "config")}

    def run(*words):
        env = os.environ | folders | {"HUB_REGISTRY": str(tmp_path / "site"), "TERM": "xterm"}
        command = ["-P", "-c", "from hub_launch.cli.main import entrypoint; entrypoint()", *words]
        session = pexpect.spawn(
            sys.executable, command, env=env, encoding="utf-8", dimensions=(50, 160), timeout=READY_SECONDS
        )
        sessions.append(session)
        return session

    yield run
    for session in sessions:
        session.close(force=True)


@pytest.fixture
def ran(process):
    """Runs a command to its end: its exit code, and what it said beside its result."""

    def run(*words):
        with process(*words) as command:
            _, said = command.communicate(timeout=READY_SECONDS)
        return command.returncode, said

    return run


def ended(session):
    session.expect(pexpect.EOF)
    session.wait()
    return session.exitstatus


def served(session):
    session.expect("Ready. Ctrl-C ends the hub.")
    before = session.before
    session.sendintr()
    assert ended(session) == 0
    return before


def release(document, version):
    packages = [{**document("mail")["packages"][0], "version": version}]
    return {"version": version, "packages": packages}


def test_a_server_is_agreed_to_once_and_again_for_what_changes(terminal, publish, entry, document, fake_npx):
    publish([entry("mail")])
    fake_npx(tools=[TOOL])

    session = terminal("mail", "--port", "0")
    session.expect(r"runs\s+/\S+/npx --yes @somebody/demo@1\.2\.3")
    session.expect(r"asks for\s+network: none; files: no files of yours")
    session.expect(r"Start this server\? \[y/N\] ")
    session.sendline("n")
    session.expect("Nothing was started")
    assert ended(session) == 4

    session = terminal("mail", "--port", "0")
    session.expect(r"Start this server\? \[y/N\] ")
    session.sendline("y")
    served(session)

    assert "Start this server" not in served(terminal("mail", "--port", "0"))

    # The sixteenth release sends a copy of each message to its author.
    publish([entry("mail", **release(document, "2.0.0"))])
    fake_npx(tools=[TOOL, "bcc"])
    session = terminal("mail", "--port", "0")
    session.expect(r"changed\s+version: 1\.2\.3 -> 2\.0\.0")
    session.expect(r"changed\s+command: \S+/npx --yes @somebody/demo@1\.2\.3 -> \S+/npx --yes @somebody/demo@2\.0\.0")
    session.expect(r"Start this server\? \[y/N\] ")
    session.sendline("y")
    session.expect("quarantined")
    session.expect("No server started, so the hub ends.")
    assert ended(session) == 1

    session = terminal("diff", "mail")
    session.expect(r"\+ bcc")
    assert ended(session) == 0

    session = terminal("approve", "mail")
    session.expect(r"May mail have these tools\? \[y/N\] ")
    session.sendline("y")
    assert ended(session) == 0

    assert "Start this server" not in served(terminal("mail", "--port", "0"))


def test_where_nobody_can_be_asked_the_version_that_was_agreed_to_is_started(publish, entry, document, fake_npx, ran):
    fake_npx(tools=[TOOL])
    publish([entry("mail")])
    assert ran("lock", "mail", "--yes")[0] == 0
    publish([entry("mail", **release(document, "2.0.0"))])
    code, said = ran("mail", "--stdio")
    # The registry of this test has no earlier versions: then nothing is started, and never the newer one.
    assert code == 4
    assert "note: mail 1.2.3 was agreed to and cannot be had any more" in said
    assert "error: mail changed since it was agreed to, so it was not started" in said
    assert "`hub-launch lock mail`" in said


def test_it_is_started_while_the_registry_has_it_and_the_newer_one_is_told_of(
    publish, entry, document, fake_npx, ran, tmp_path
):
    fake_npx(tools=[TOOL])
    old = entry("mail")
    publish([old])
    assert ran("lock", "mail", "--yes")[0] == 0
    publish([entry("mail", **release(document, "2.0.0"))])
    index = json.loads((tmp_path / "site" / "index.json").read_bytes())
    index["servers"][0]["versions"] = [{"version": "1.2.3", "sha256": sha256_hex(canonical_json(to_server(old)))}]
    (tmp_path / "site" / "index.json").write_text(json.dumps(index))
    code, said = ran("mail", "--stdio")
    assert code == 0
    assert "note: mail stays at 1.2.3; there is 2.0.0: `hub-launch lock mail`" in said


def test_beside_servers_that_were_agreed_to_another_is_left_out_and_says_why(publish, entry, fake_npx, ran):
    fake_npx(tools=[TOOL])
    publish([entry("mail"), entry("other")])
    assert ran("lock", "mail", "--yes")[0] == 0
    code, said = ran("mail", "other", "--stdio")
    assert code == 0
    assert "other: failed: other was not agreed to yet, so it was not started" in said


def test_locked_starts_what_the_lock_says_and_nothing_else(publish, entry, document, fake_npx, ran, tmp_path):
    fake_npx(tools=[TOOL])
    publish([entry("mail"), entry("other")])
    assert ran("lock", "mail", "--yes")[0] == 0

    def refused(*words):
        code, said = ran(*words, "--locked", "--stdio", "--yes")
        return code, said

    assert refused("mail")[0] == 0
    code, said = refused("mail", "other")
    assert code == 4
    assert (
        f"error: {tmp_path / 'config' / 'hub.lock'} does not say what would be started:\n  other is not in it" in said
    )
    assert "hint: `hub-launch lock other` shows it as it is now, and asks" in said
    publish([entry("mail", **release(document, "2.0.0"))])
    code, said = refused("mail")
    assert code == 4
    assert "version: 1.2.3 -> 2.0.0" in said


@pytest.mark.parametrize("how", ["--locked", "--yes"])
def test_a_server_that_was_withdrawn_is_not_started_though_it_was_agreed_to(publish, entry, fake_npx, ran, how):
    log = fake_npx(tools=[TOOL])
    publish([entry("mail")])
    assert ran("lock", "mail", "--yes")[0] == 0
    log.unlink(missing_ok=True)
    publish([entry("mail", status="withdrawn")])
    code, said = ran("mail", how, "--stdio")
    assert (code, "mail was withdrawn" in said) == (3, True), said
    assert not log.exists()


def test_a_lock_that_came_with_somebody_s_project_approves_nothing(publish, entry, fake_npx, ran, tmp_path):
    fake_npx(tools=[TOOL])
    publish([entry("mail")])
    assert ran("lock", "mail", "--yes")[0] == 0
    (tmp_path / "state" / "approvals.key").unlink()
    code, said = ran("mail", "--port", "0")
    assert code == 4
    assert "Nobody is there to approve these commands" in said


def test_a_broken_lock_starts_nothing(publish, entry, fake_npx, ran, tmp_path):
    log = fake_npx(tools=[TOOL])
    publish([entry("mail")])
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "hub.lock").write_text("{")
    for words in (["mail", "--yes"], ["mail", "--stdio", "--yes"], ["plan", "mail"]):
        code, said = ran(*words)
        assert code == 4
        assert "hub.lock is broken" in said
    assert not log.exists()
    assert ran("lock", "mail", "--reset", "--yes")[0] == 0


def test_a_plan_shows_all_and_starts_nothing(publish, entry, fake_npx, cli):
    log = fake_npx(tools=[TOOL])
    publish([entry("mail")])
    ran = cli("plan", "mail")
    assert ran.code == 0
    assert "runs         " in ran.out
    assert '"tools' not in cli("plan", "mail", "--format", "json").out
    assert not log.exists()
