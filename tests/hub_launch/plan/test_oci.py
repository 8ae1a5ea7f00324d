"""The exact command of an image: what every container gets, what an entry may add, and what the user decides."""

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import plan
from hub_launch.settings import Containers

DIGEST = f"sha256:{'a' * 64}"
IMAGE = f"registry.example/you/box@{DIGEST}"


@pytest.fixture
def planned(entry, context):
    def make(given=None, machine=None, permissions=None, **package):
        whole = {"registryType": "oci", "identifier": IMAGE, "transport": {"type": "stdio"}} | package
        return plan(entry("box", packages=[whole], permissions=permissions), given or {}, context(**(machine or {})))

    return make


def options(launch):
    """What stands between `run` and the image."""
    return launch.argv[launch.argv.index("run") + 1 : launch.argv.index(IMAGE)]


def has(launch, *words):
    found = options(launch)
    return any(found[at : at + len(words)] == words for at in range(len(found)))


def test_a_container_is_given_nothing_that_its_entry_does_not_ask_for(planned):
    launch = planned()
    assert launch.argv == (
        *("/opt/bin/docker", "run", "--rm", "--interactive", "--init", "--pull=never"),
        *("--label", "io.github.mcp-hub-launch.server=box"),
        *("--memory", "2g", "--memory-swap", "2g", "--pids-limit", "512", "--cpus", "1", "--stop-timeout", "1"),
        *("--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "none"),
        IMAGE,
    )
    assert launch.kind == "oci"
    assert launch.contained


def test_the_servers_arguments_stand_behind_the_image(planned):
    launch = planned(
        {"folder": ["x"]}, packageArguments=[{"type": "positional", "valueHint": "folder"}], permissions={}
    )
    assert launch.argv[-2:] == (IMAGE, "x")


# The image


def test_a_tag_beside_the_digest_is_left_out_for_it_says_nothing(planned):
    assert IMAGE in planned(identifier=IMAGE.replace("@", ":1.2@")).argv


@pytest.mark.parametrize(
    "identifier",
    [
        "registry.example/box",
        "registry.example/box:latest",
        f"--privileged@{DIGEST}",
        f"box@{DIGEST}0",
        f"box@{DIGEST[:-1]}",
        f"BOX@{DIGEST}",
        f"../box@{DIGEST}",
        f"https://registry.example/box@{DIGEST}",
    ],
)
def test_what_is_no_image_with_its_digest_is_never_started(planned, identifier):
    with pytest.raises(HubError, match="is not an image with its digest"):
        planned(identifier=identifier)


def test_one_that_opens_a_port_is_refused(planned):
    with pytest.raises(HubError, match="cannot be started yet"):
        planned(transport={"type": "streamable-http", "url": "http://localhost:1"})


# What an entry may say of `run`


def named(name, value="true", **more):
    return {"type": "named", "name": name, "value": value, **more}


@pytest.mark.parametrize(
    ("flag", "value", "expected"),
    [
        ("--memory", "512m", "512m"),
        ("--memory", "8g", "2g"),
        ("--memory", "2147483648", "2g"),
        ("--pids-limit", "20", "20"),
        ("--pids-limit", "100000", "512"),
        ("--cpus", "0.5", "0.5"),
        ("--cpus", "64", "1"),
    ],
)
def test_a_limit_is_lowered_and_never_raised(planned, flag, value, expected):
    assert has(planned(runtimeArguments=[named(flag, value)]), flag, expected)


@pytest.mark.parametrize("value", ["0", "lots", "0.0"])
def test_a_limit_that_is_none_is_refused(planned, value):
    with pytest.raises(HubError, match="is no limit"):
        planned(runtimeArguments=[named("--memory", value)])


def test_harmless_flags_are_taken_and_said_once(planned):
    flags = [named(flag, format="boolean") for flag in ("-i", "--rm", "--init")]
    assert planned(runtimeArguments=flags).argv == planned().argv


def test_its_own_files_may_be_read_only(planned):
    launch = planned(runtimeArguments=[named("--read-only", format="boolean")])
    assert has(launch, "--read-only", "--tmpfs", "/tmp", "--tmpfs", "/run")


@pytest.mark.parametrize(
    "argument",
    [
        named("--privileged", format="boolean"),
        named("--volume", "/:/host"),
        named("--network", "host"),
        named("--env", "PATH=/evil"),
        named("--cap-add", "ALL"),
        named("--security-opt", "seccomp=unconfined"),
        named("--platform", "--privileged"),
        named("--rm", "--privileged"),
        named("--memory", "1g --privileged"),
        {"type": "positional", "value": "--privileged"},
        {"type": "positional", "value": "-v/:/host"},
        {"type": "positional", "value": "--cpus"},
        {"type": "positional", "value": "another/image"},
    ],
)
def test_no_entry_opens_the_machine_to_its_container(planned, argument):
    with pytest.raises(HubError, match="an entry may not start a container with"):
        planned(runtimeArguments=[argument])


# Permissions


@pytest.mark.parametrize("network", ["any", ["api.example"]])
def test_the_network_is_there_where_the_entry_asks_for_it(planned, network):
    assert "--network" not in options(planned(permissions={"network": network}))


def test_loopback_is_the_containers_own(planned):
    assert has(planned(permissions={"network": "loopback"}), "--network", "none")


FOLDERS = [{"type": "positional", "valueHint": "folder", "format": "filepath", "isRepeated": True}]


def shares(planned, *folders, filesystem="arguments", **changes):
    return planned(
        {"folder": list(folders)}, permissions={"filesystem": filesystem}, packageArguments=FOLDERS, **changes
    )


def test_what_the_user_names_is_mounted_under_its_own_name(planned):
    launch = shares(planned, "notes", "/srv/a", "/srv/a/b", machine={"user": "1000:100"})
    assert [word for word in options(launch) if word.startswith("type=bind")] == [
        "type=bind,source=/home/user/work/notes,target=/home/user/work/notes",
        "type=bind,source=/srv/a,target=/srv/a",
    ]
    assert has(launch, "--user", "1000:100", "--security-opt", "label=disable", "--env", "HOME=/tmp")
    assert launch.argv[-3:] == ("/home/user/work/notes", "/srv/a", "/srv/a/b")


def test_podman_without_root_maps_the_user_instead(planned):
    machine = {"user": "1000:100", "containers": Containers(engine="podman")}
    assert has(shares(planned, "notes", machine=machine), "--userns=keep-id")
    assert "--user" not in options(shares(planned, "notes", machine=machine))


def test_nothing_is_mounted_for_an_entry_that_asks_for_no_files(planned):
    assert "--mount" not in options(shares(planned, "notes", filesystem="none"))


@pytest.mark.parametrize(
    "path",
    ["/", "/etc", "/etc/ssh", "/var", "/proc/1", "/var/run/docker.sock", "/home/u/.x/docker.sock", "/a,b", "/a/../b"],
)
def test_what_would_open_or_break_the_container_is_not_mounted(planned, path):
    with pytest.raises(HubError, match="cannot be shared with a container") as caught:
        shares(planned, path)
    assert caught.value.code == ExitCode.USAGE


# The environment


def test_values_are_in_the_engines_environment_and_only_names_in_the_command(planned):
    variables = [{"name": "TOKEN", "isSecret": True}, {"name": "REGION", "value": "eu"}, {"name": "OTHER"}]
    launch = planned({"TOKEN": ["hunter2"]}, environmentVariables=variables)
    assert has(launch, "--env", "TOKEN", "--env", "REGION")
    assert "hunter2" not in " ".join(launch.argv)
    assert (launch.env["TOKEN"], launch.env["REGION"], launch.declared) == ("hunter2", "eu", ("TOKEN", "REGION"))


@pytest.mark.parametrize("name", ["PATH", "HOME", "DOCKER_HOST", "CONTAINER_HOST", "LD_PRELOAD", "xdg_runtime_dir"])
def test_no_variable_reaches_the_engine_itself(planned, name):
    with pytest.raises(HubError, match="would change what the container engine does"):
        planned(environmentVariables=[{"name": name, "value": "x"}])


def test_the_engine_is_told_how_it_is_reached_and_of_no_proxy(planned):
    environ = {"PATH": "/bin", "DOCKER_HOST": "tcp://x", "HTTP_PROXY": "http://p", "TOKEN": "x", "UV_INDEX_URL": "y"}
    assert planned(machine={"environ": environ}).env == {"PATH": "/bin", "DOCKER_HOST": "tcp://x"}


# The engine


def only(*programs):
    return lambda name: f"/opt/bin/{name}" if name in programs else name if name.startswith("/") else None


def test_podman_is_taken_where_docker_is_not(planned):
    assert planned(machine={"which": only("podman")}).argv[0] == "/opt/bin/podman"


@pytest.mark.parametrize(("engine", "program"), [("podman", "/opt/bin/podman"), ("/x/nerdctl", "/x/nerdctl")])
def test_the_user_may_choose(planned, engine, program):
    machine = {"which": only("docker", "podman"), "containers": Containers(engine=engine)}
    assert planned(machine=machine).argv[0] == program


def test_a_machine_without_an_engine_is_told_what_to_install(planned):
    with pytest.raises(HubError, match="docker or podman is not installed") as caught:
        planned(machine={"which": only()})
    assert "HUB_CONTAINER_ENGINE" in caught.value.hint


def test_what_the_machine_needs_is_the_users_to_say(planned):
    containers = Containers(options="--storage-driver vfs", run_options="--runtime='my runsc' --memory 4g")
    launch = planned(machine={"containers": containers})
    assert launch.argv[:4] == ("/opt/bin/docker", "--storage-driver", "vfs", "run")
    # The last word counts: the user may give more than the launcher does.
    assert options(launch)[-3:] == ("--runtime=my runsc", "--memory", "4g")


@pytest.mark.parametrize(
    "containers", [Containers(engine="./docker"), Containers(options="'"), Containers(run_options='"')]
)
def test_settings_that_make_no_sense_are_named(planned, containers):
    with pytest.raises(HubError, match="HUB_CONTAINER_") as caught:
        planned(machine={"containers": containers})
    assert caught.value.code == ExitCode.USAGE
