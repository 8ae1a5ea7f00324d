"""The launcher on machines that are not as they should be: real files, real clocks, real hosts."""

import contextlib
import json
import shutil
import signal
import ssl
import subprocess
from pathlib import Path

import httpx2
import pytest
import trustme

PATIENCE_SECONDS = 60
HOST = "http://registry.example.com"


@pytest.fixture
def ran(process):
    """Runs a command to its end: its exit code, and all it said."""

    def run(*words, **options):
        with process(*words, **options) as command:
            out, said = command.communicate(timeout=PATIENCE_SECONDS)
        return command.returncode, out + said

    return run


def call(address, name, **arguments):
    """What a tool of a running hub answers, over REST."""
    server, _, tool = name.partition("_")
    with httpx2.Client(trust_env=False, timeout=PATIENCE_SECONDS) as http:
        answer = http.post(f"{address}/api/services/{server}/call", json={"tool": tool, "arguments": arguments})
    assert answer.status_code == 200, answer.text
    return answer.json()["content"][0]["text"]


# Clocks

YEAR = 365
AWAY = """
import datetime, time_machine
days = datetime.timedelta(days={})
time_machine.travel(datetime.datetime.now(datetime.UTC) + days).start()
from hub_launch.cli.main import entrypoint; entrypoint()
"""


@pytest.fixture
def away(ran, signed):
    """Runs a command with a signed registry on a machine whose clock is wrong by some days."""
    folder, root = signed

    def run(days, *words):
        return ran(*words, "--registry", str(folder), "--root", str(root), code=AWAY.format(days))

    return run


ECHO = ("call", "time", "echo", "--arg", "a=1", "--yes")


@pytest.mark.parametrize("days", [YEAR, -YEAR])
def test_what_was_started_before_starts_whatever_the_clock_says(away, fake_npx, days):
    fake_npx()
    assert away(0, *ECHO)[0] == 0
    code, said = away(days, *ECHO)
    assert (code, '{"a": 1}' in said) == (0, True), said
    assert ("is past its date" in said) == (days > 0)
    # The right time again: nothing of what was kept has become worse.
    code, said = away(0, *ECHO)
    assert (code, "note:" in said) == (0, False), said


def test_with_a_clock_a_year_ahead_nothing_new_is_started_and_the_clock_is_named(away, fake_npx):
    log = fake_npx()
    code, said = away(YEAR, *ECHO)
    assert code == 3
    assert "clock" in said
    assert not log.exists()


# Disks

FOLDERS = ("CACHE", "STATE", "CONFIG")


@pytest.fixture
def disk(tmp_path):
    """A folder on a small disk, and the command that runs another which alone sees it; what runs can be given room."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def seen_by(before):
        script = f'mount -t tmpfs -o size=1m tmpfs {folder} && {before}exec "$@"'
        return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]

    if (
        not shutil.which("unshare")
        or subprocess.run([*seen_by(""), "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no disk can be made full here: it takes unshare and user namespaces")
    return folder, seen_by


def on(folder, *names):
    """The variables that put these of the launcher's folders there."""
    return {f"HUB_{name}_DIR": str(folder / name) for name in names}


def fill(folder):
    """Write until there is no room."""
    with contextlib.suppress(OSError), (folder / "rest").open("wb", buffering=0) as rest:
        while True:
            rest.write(b"x" * 4096)


def test_a_disk_that_runs_full_stops_no_hub(disk, served, publish, entry, fake_npx):
    folder, seen_by = disk
    publish([entry("demo"), entry("other")])
    fake_npx()
    hub = served("demo", "other", "--yes", before=seen_by(""), environ=on(folder, *FOLDERS))
    address = hub.address
    fill(Path(f"/proc/{hub.process.pid}/root{folder}"))
    for number in range(3):
        assert json.loads(call(address, "demo_echo", a=number)) == {"a": number}
    with httpx2.Client(trust_env=False, timeout=PATIENCE_SECONDS) as http:
        assert http.post(f"{address}/v0/servers/other/restart").status_code == 200
    assert json.loads(call(address, "other_echo", a=4)) == {"a": 4}
    assert hub.end() == 0
    assert "Traceback" not in hub.said


@pytest.mark.parametrize(
    ("names", "said", "hint"),
    [
        (["STATE", "CONFIG"], "its folder {}/STATE/work/demo cannot be made", "HUB_STATE_DIR"),
        (["CACHE"], "@somebody/demo cannot be installed below {}/CACHE/packages", "HUB_CACHE_DIR"),
    ],
    ids=["state", "cache"],
)
def test_where_there_is_no_room_for_a_server_it_says_where_some_is_needed(
    disk, ran, publish, entry, fake_npx, names, said, hint
):
    folder, seen_by = disk
    publish([entry("demo")])
    fake_npx()
    # Not even an empty folder has room.
    fill = f"mount -o remount,nr_inodes=2 {folder}; head -c 2000000 /dev/zero >{folder}/rest 2>/dev/null; "
    code, out = ran(*("call", "demo", "echo", "--yes"), before=seen_by(fill), environ=on(folder, *names))
    assert code == 1
    error, advice = out.splitlines()[-2:]
    assert error == f"error: demo did not start: {said.format(folder)}: No space left on device"
    assert hint in advice


# Several hubs


def test_two_hubs_on_one_state_both_serve_and_one_that_is_killed_leaves_the_other_alone(
    served, publish, entry, fake_npx, tmp_path
):
    publish([entry("demo")])
    fake_npx()
    hubs = [served("demo", "--yes") for _ in range(2)]
    addresses = [one.address for one in hubs]
    assert [json.loads(call(address, "demo_echo", a=1)) for address in addresses] == [{"a": 1}] * 2
    hubs[0].process.kill()
    hubs[0].process.wait()
    assert json.loads(call(addresses[1], "demo_echo", a=2)) == {"a": 2}
    third = served("demo", "--yes")
    assert json.loads(call(third.address, "demo_echo", a=3)) == {"a": 3}
    assert [one.end(signal.SIGINT) for one in (hubs[1], third)] == [0, 0]
    assert list(json.loads((tmp_path / "config" / "hub.lock").read_text())["servers"]) == ["demo"]


# Networks


def test_a_registry_is_read_through_the_users_proxy(ran, web, built, entry):
    # A proxy is asked for whole addresses.
    web.serve(built([entry("demo")]), below=HOST)
    proxy = web.url.replace("//", "//me:s%40fe@")
    code, said = ran("list", "--registry", HOST, "--unsigned", environ={"http_proxy": proxy})
    assert (code, said.startswith("demo\t")) == (0, True), said
    assert {request.headers["proxy-authorization"] for request in web.requests} == {"Basic bWU6c0BmZQ=="}
    assert "s%40fe" not in said


@pytest.fixture
def authority(web, tmp_path):
    """The file of an authority that only this test knows, by whose certificate the web server now speaks TLS."""
    own = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.issue_cert("localhost").configure_cert(context)
    web.speak_tls(context)
    own.cert_pem.write_to_path(tmp_path / "authority.pem")
    return tmp_path / "authority.pem"


def test_a_registry_behind_the_users_own_authority_is_read_where_that_is_named_alone(ran, web, built, entry, authority):
    web.serve(built([entry("demo")]))
    words = ("list", "--registry", web.url)
    code, said = ran(*words, environ={"SSL_CERT_FILE": str(authority)})
    assert (code, said.startswith("demo\t")) == (0, True), said
    code, said = ran(*words, environ={"SSL_CERT_FILE": "", "HUB_CACHE_DIR": str(authority.parent / "other")})
    assert code == 3
    assert "certificate" in said
    assert "SSL_CERT_FILE" in said
