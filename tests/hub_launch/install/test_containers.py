"""What a server in a container can do: tried by programs that try it, under the real Podman."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys

import pytest

from hub_launch.install import install
from hub_launch.plan import plan
from hub_launch.run.process import Child
from hub_launch.settings import Containers

pytestmark = pytest.mark.xdist_group("containers")


@pytest.fixture
def machine(podman, context, tmp_path):
    """This machine, with the tests' own engine."""

    def make(**environ):
        return context(
            environ={"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | environ,
            cwd=tmp_path,
            which=lambda program: program,
            containers=Containers.load(podman.environ),
            user=f"{os.getuid()}:{os.getgid()}",
        )

    return make


@pytest.fixture
def prepared(podman, entry, machine, tmp_path):
    """The launch of the image, ready to be started; `words` are what runs in it instead of the server."""

    def make(*words, given=None, environ=None, permissions=None, **package):
        here = machine(**(environ or {}))
        fixed = [{"type": "positional", "value": word} for word in words]
        whole = {
            "registryType": "oci",
            "identifier": podman.image,
            "transport": {"type": "stdio"},
            **package,
            "packageArguments": [*fixed, *package.get("packageArguments", [])],
        }
        launch = plan(entry("box", packages=[whole], permissions=permissions or {}), given or {}, here)
        return install(launch, tmp_path / "cache", here)

    return make


@pytest.fixture
def tried(prepared, podman):
    """Runs a shell's words in the container: the exit code, and all it said."""

    def run(script, **options):
        launch = prepared("/bin/sh", "-c", script, **options)
        done = subprocess.run(
            launch.argv,
            env=dict(launch.env),
            cwd=podman.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert podman.names() == []
        return done.returncode, (done.stdout + done.stderr).strip()

    return run


async def test_a_server_in_an_image_answers_and_leaves_nothing_behind(prepared, podman, talk):
    server = await talk(
        prepared(environ={"GREETING": "hello"}, environmentVariables=[{"name": "GREETING", "isSecret": True}])
    )
    assert await server.tools() == ["box"]
    assert len(podman.names()) == 1
    assert await server.call("box") == "from the box: hello"
    await server.child.close()
    assert podman.names() == []


def test_no_file_of_the_machine_is_seen(tried, tmp_path):
    (tmp_path / "key").write_text("the user's key")
    code, said = tried(f"cat {tmp_path}/key /etc/shadow /root/.ssh/id_ed25519; ls {tmp_path}")
    assert code
    assert "the user's key" not in said
    assert said.count("No such file") == 4


def test_there_is_no_network_unless_the_entry_asks_for_it(tried):
    code, said = tried("ls /sys/class/net; nc -w 2 192.0.2.1 80")
    assert code
    assert said.split()[0] == "lo"
    assert "Network is unreachable" in said


def test_no_variable_of_the_users_is_seen(tried):
    environ = {"GITHUB_TOKEN": "secret", "http_proxy": "http://user:secret@proxy:1", "CONTAINERS_X": "secret"}
    _, said = tried("env", environ=environ)
    assert "secret" not in said


def test_a_secret_is_in_the_container_and_in_no_list_of_processes(prepared, tried):
    given = {"environ": {"TOKEN": "hunter2"}, "environmentVariables": [{"name": "TOKEN", "isSecret": True}]}
    assert "hunter2" not in " ".join(prepared(**given).argv)
    assert tried("env | grep TOKEN", **given) == (0, "TOKEN=hunter2")


def test_a_fork_bomb_meets_the_limit_of_processes(tried):
    most = [{"type": "named", "name": "--pids-limit", "value": "40"}]
    script = "i=0; while [ $i -lt 200 ]; do sleep 20 & i=$((i+1)); done; echo all"
    _, said = tried(script, runtimeArguments=most)
    assert "can't fork" in said
    assert "all" not in said


def test_what_takes_too_much_memory_is_ended(tried):
    most = [{"type": "named", "name": "--memory", "value": "32m"}]
    # tail keeps a line until it ends, and this one never does.
    _, said = tried("tail /dev/zero; echo $?", runtimeArguments=most)
    assert "137" in said


def test_there_are_no_powers_to_drop(tried):
    _, said = tried("grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status")
    assert [line.split()[1] for line in said.splitlines()] == ["0" * 16, "0" * 16, "1"]


def test_an_entry_may_have_its_own_files_read_only(tried):
    code, said = tried(
        "touch /tmp/x && touch /bin/x",
        runtimeArguments=[{"type": "named", "name": "--read-only", "format": "boolean", "value": "true"}],
    )
    assert code
    assert "Read-only file system" in said


FOLDER = [{"type": "positional", "valueHint": "folder", "format": "filepath"}]


def test_a_folder_that_the_user_named_is_there_under_its_name(prepared, podman, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o700)
    (shared / "in").write_text("theirs")
    launch = prepared(
        *("/bin/sh", "-c", 'cat "$0/in" && touch "$0/out"'),
        given={"folder": ["shared"]},
        permissions={"filesystem": "arguments"},
        packageArguments=FOLDER,
    )
    done = subprocess.run(
        launch.argv,
        env=dict(launch.env),
        cwd=podman.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "theirs", done.stderr
    assert (shared / "out").stat().st_uid == os.getuid()


def test_it_is_not_there_where_the_entry_asks_for_no_files(tried, tmp_path):
    (tmp_path / "shared").mkdir()
    code, _ = tried('ls "$0"', given={"folder": ["shared"]}, packageArguments=FOLDER)
    assert code


# The end


IGNORES_TERM = "trap '' TERM; echo up; while :; do sleep 1; done"


@pytest.fixture
async def started(prepared, tmp_path):
    """A container that ignores that it is asked to end."""
    child = await Child.spawn(prepared("/bin/sh", "-c", IGNORES_TERM), tmp_path / "log")
    assert (await asyncio.wait_for(child.stdout.readline(), 60)).strip() == b"up"
    yield child
    with contextlib.suppress(ProcessLookupError):
        await child.close()


async def test_one_that_ignores_that_it_is_asked_to_end_is_ended(started, podman):
    assert len(podman.names()) == 1
    await started.close()
    assert podman.names() == []


async def test_it_is_ended_when_its_client_was_killed(started, podman):
    os.killpg(started._process.pid, signal.SIGKILL)
    await started.wait()
    assert len(podman.names()) == 1
    await started.close()
    assert podman.names() == []


async def test_a_second_of_the_same_name_starts_after_the_first_is_gone(started, prepared, podman, tmp_path):
    os.killpg(started._process.pid, signal.SIGKILL)
    await started.close()
    again = await Child.spawn(prepared("/bin/sh", "-c", "echo again"), tmp_path / "log")
    assert await again.stdout.readline() == b"again\n"
    await again.close()


HUB_THAT_IS_KILLED = """
import os, signal, subprocess, sys
from pathlib import Path
from hub_launch.install.owners import Owner
owner = Owner(Path(sys.argv[1]))
words = [word.replace("TOKEN", owner.token) for word in sys.argv[2:]]
child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
child.stdout.readline()
os.kill(child.pid, signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_launcher_left_is_removed_at_the_next_start(prepared, podman, tmp_path):
    launch = prepared("/bin/sh", "-c", IGNORES_TERM)
    name = launch.argv[launch.argv.index("--name") + 1]
    words = [word.replace(name, "mcp-hub-launch-box-TOKEN") for word in launch.argv]
    command = [sys.executable, "-c", HUB_THAT_IS_KILLED, tmp_path / "cache/oci", *words]
    subprocess.run(command, env=dict(launch.env), cwd=podman.folder)
    assert len(podman.names()) == 1
    prepared()
    assert podman.names() == []


def test_what_another_launcher_runs_is_left_alone(prepared, podman, tmp_path):
    launch = prepared("/bin/sh", "-c", IGNORES_TERM)
    given = {"env": dict(launch.env), "cwd": podman.folder, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(launch.argv, **given) as child:
        child.stdout.readline()
        (tmp_path / "cache/oci/1-00000000.lock").touch()
        prepared()
        assert len(podman.names()) == 1
        subprocess.run(launch.after[0], env=dict(launch.env), capture_output=True)
    assert podman.names() == []


# What cannot be had


def test_an_image_that_is_not_there_is_fetched_and_no_other_is_taken(prepared, podman):
    identifier = podman.image[:-8] + "00000000"
    with pytest.raises(Exception, match="cannot be fetched") as caught:
        prepared(identifier=identifier)
    assert identifier in str(caught.value)


def test_a_tag_beside_the_digest_says_nothing(prepared, podman):
    assert podman.image in prepared(identifier=podman.image.replace("@", ":latest@")).argv
