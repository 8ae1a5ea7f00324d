"""From a manifest and the user's values to a command."""

import json

import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.install.bundle_command import Place, command_of
from hub_launch.install.manifest import read_manifest


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "server").mkdir()
    (tmp_path / "server/run").write_text("")
    return tmp_path


@pytest.fixture
def manifest(folder):
    def make(type="node", settings=None, whole=None, **config):
        document = {
            "manifest_version": "0.3",
            "name": "demo",
            "version": "1.0.0",
            "server": {
                "type": type,
                "entry_point": "server/index.js",
                "mcp_config": {"command": "node", "args": ["${__dirname}/server/index.js"]} | config,
            },
            "user_config": settings or {},
        } | (whole or {})
        (folder / "manifest.json").write_text(json.dumps(document))
        return read_manifest(folder, "demo")

    return make


@pytest.fixture
def command(manifest, folder):
    def make(given=None, *, fixed=(), platform="linux", variables=(), **changes):
        place = Place(folder, platform, "/home/user", lambda kind: f"/opt/{kind}")
        given = {name: values if isinstance(values, tuple) else (values,) for name, values in (given or {}).items()}
        return command_of("demo", manifest(**changes), given, fixed, place, variables)

    return make


def setting(type="string", **more):
    return {"type": type, "title": "T", "description": "D"} | more


def test_a_bundle_for_node_is_started_by_the_node_of_this_machine(command, folder):
    assert command().argv == ("/opt/node", f"{folder}/server/index.js")


def test_words_of_the_entry_stand_behind_the_manifests(command, folder):
    assert command(fixed=["--verbose"]).argv[-1] == "--verbose"


def test_the_entry_point_is_found_wherever_the_server_is_started(command, folder):
    assert command(args=["server/index.js", "server/other.js"]).argv[1:] == (
        f"{folder}/server/index.js",
        "server/other.js",
    )


@pytest.mark.parametrize("written", ["python", "python3"])
def test_one_for_python_brings_its_packages_and_not_its_python(command, written):
    made = command(type="python", command=written, env={"PYTHONPATH": "${__dirname}/server/lib"})
    assert made.argv[0] == "/opt/python"
    assert made.env["PYTHONPATH"].endswith("/server/lib")


@pytest.mark.parametrize("written", ["server/run", "${__dirname}/server/run", "./server/run"])
def test_a_binary_is_a_file_of_the_bundle(command, folder, written):
    made = command(type="binary", command=written)
    assert (folder / made.argv[0]).samefile(folder / "server/run")


@pytest.mark.parametrize(
    "written", ["npx", "uvx", "sh", "/bin/sh", "../../bin/sh", "docker", "server/missing", "", "."]
)
@pytest.mark.parametrize("type", ["node", "python", "binary"])
def test_a_program_that_no_hash_covers_is_refused(command, type, written):
    with pytest.raises(HubError, match="which is not in it"):
        command(type=type, command=written)


def test_a_link_out_of_the_bundle_is_no_file_of_it(command, folder):
    (folder / "server/link").symlink_to("/bin/sh")
    with pytest.raises(HubError, match="which is not in it"):
        command(type="binary", command="server/link")


# uv


def test_for_uv_the_environment_is_made_already(command, folder):
    made = command(type="uv", command="uv", args=["run", "--directory", "${__dirname}", "server/index.js", "--x"])
    assert made.argv == ("/opt/uv", f"{folder}/server/index.js", "--x")


def test_for_uv_the_entry_point_is_enough(command, folder):
    server = {"type": "uv", "entry_point": "src/server.py"}
    assert command(whole={"server": server}).argv == ("/opt/uv", f"{folder}/src/server.py")


def test_for_uv_another_command_is_refused(command):
    with pytest.raises(HubError, match="in a way that is not known"):
        command(type="uv", command="uvx", args=["something"])


# Platforms


def test_another_platform_has_other_words(command):
    override = {"darwin": {"args": ["mac"], "env": {"A": "mac"}}}
    usual = {"args": ["usual"], "env": {"A": "usual", "B": "usual"}, "platform_overrides": override}
    assert command(**usual).argv[1:] == ("usual",)
    other = command(platform="darwin", **usual)
    assert (other.argv[1:], other.env) == (("mac",), {"A": "mac"})


def test_a_bundle_for_other_platforms_says_so(command):
    with pytest.raises(HubError, match="is for darwin, win32, not for linux"):
        command(whole={"compatibility": {"platforms": ["darwin", "win32"], "runtimes": {"node": ">=16"}}})


# Settings


def test_settings_are_put_where_the_manifest_says(command):
    made = command(
        {"api_key": "k"},
        settings={"api_key": setting(sensitive=True)},
        args=["--key=${user_config.api_key}"],
        env={"KEY": "${user_config.api_key}", "HERE": "${HOME}${/}x"},
    )
    assert made.argv[1:] == ("--key=k",)
    assert made.env == {"KEY": "k", "HERE": "/home/user/x"}
    assert made.secrets == {"k"}


@pytest.mark.parametrize("name", ["API_KEY", "api-key", "Api_Key"])
def test_an_entrys_variable_of_that_name_is_the_setting(command, name):
    made = command({name: "k"}, settings={"api_key": setting(required=True)}, args=["${user_config.api_key}"])
    assert made.argv[1:] == ("k",)


def test_several_values_are_several_words(command):
    settings = {"folders": setting("directory", multiple=True)}
    made = command({"folders": ("/a", "/b")}, settings=settings, args=["x", "${user_config.folders}"])
    assert made.argv[1:] == ("x", "/a", "/b")
    assert command(settings=settings, args=["x", "${user_config.folders}"]).argv[1:] == ("x",)


@pytest.mark.parametrize(
    ("default", "expected"),
    [
        ("a", ("a",)),
        (10, ("10",)),
        (1.5, ("1.5",)),
        (1234567.5, ("1234567.5",)),
        (True, ("true",)),
        (["${HOME}/a", "b"], ("/home/user/a", "b")),
    ],
)
def test_the_manifests_default_counts_where_nothing_was_given(command, default, expected):
    made = command(settings={"x": setting(default=default, multiple=True)}, args=["${user_config.x}"])
    assert made.argv[1:] == expected


def test_a_variable_for_what_was_not_given_is_left_out(command):
    made = command(settings={"x": setting()}, env={"X": "${user_config.x}", "Y": "y"})
    assert made.env == {"Y": "y"}


def test_what_the_entry_asks_for_and_the_bundle_does_not_know_is_told(command):
    with pytest.raises(HubError, match="the bundle has no setting verbose, which its entry asks for") as caught:
        command({"verbose": "true"}, settings={"a": setting()})
    assert "it has a" in caught.value.hint


def test_a_variable_need_not_be_a_setting(command):
    assert command({"VERBOSE": "1"}, variables=["VERBOSE"]).argv


def test_what_a_user_gives_is_not_read_for_more_settings(command):
    settings = {"a": setting(), "secret": setting(default="hidden")}
    made = command({"a": "${user_config.secret}${HOME}"}, settings=settings, args=["${user_config.a}"])
    assert made.argv[1:] == ("${user_config.secret}${HOME}",)


def test_what_is_not_known_stays_as_it_is(command):
    assert command(args=["${OTHER}", "$HOME", "${user_config}"]).argv[1:] == ("${OTHER}", "$HOME", "${user_config}")


def test_missing_settings_are_named_together(command):
    with pytest.raises(HubError, match="demo needs a, b") as caught:
        command(settings={"a": setting(required=True), "b": setting(required=True), "c": setting()})
    assert caught.value.code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("kind", "given", "problem"),
    [
        (setting("number", min=1), "0", "must be at least 1"),
        (setting("number", max=5), "6", "must be at most 5"),
        (setting("number"), "1e999", "must be a number"),
        (setting("boolean"), "yes", "must be true or false"),
        (setting(), ("a", "b"), "takes one value, not 2"),
    ],
)
def test_a_value_that_the_manifest_does_not_allow_is_refused(command, kind, given, problem):
    with pytest.raises(HubError, match=f"demo.x {problem}"):
        command({"x": given}, settings={"x": kind})


# The manifest


@pytest.mark.parametrize(
    ("whole", "why"),
    [
        ({"manifest_version": "1.0"}, "manifest_version"),
        ({"manifest_version": None}, "manifest_version is missing"),
        ({"name": ""}, "name"),
        ({"server": {"type": "shell", "entry_point": "x"}}, "server.type"),
        ({"server": {"type": "node", "entry_point": "x"}}, "needs mcp_config"),
        ({"server": {"type": "uv", "entry_point": "x", "run": "sh"}}, "server.run"),
        ({"server": {"type": "uv", "entry_point": "x\0"}}, "entry_point"),
        ({"server": {"type": "uv", "entry_point": "/etc/x.py"}}, "must be a path within the bundle"),
        ({"server": {"type": "uv", "entry_point": "a/../../x.py"}}, "must be a path within the bundle"),
        ({"user_config": {"a": setting("number", max=float("inf"))}}, "user_config.a.max"),
        ({"user_config": {"a": {"type": "password"}}}, "user_config.a.type"),
        ({"user_config": {"a b": setting()}}, "user_config"),
    ],
)
def test_a_manifest_that_is_none_is_named_with_the_place(manifest, whole, why):
    with pytest.raises(HubError, match="demo is no MCP bundle that can be started") as caught:
        manifest(whole=whole)
    assert why in caught.value.message


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"env": {"A B": "x"}}, "env"),
        ({"env": {"A": 1}}, "env.A"),
        ({"args": [1]}, "args.0"),
        ({"args": ["x"] * 1000}, "args"),
        ({"shell": True}, "shell"),
    ],
)
def test_a_command_that_is_none_is_named_with_the_place(manifest, config, why):
    with pytest.raises(HubError, match=why):
        manifest(**config)


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"[" * 100_000, b" " * 2_000_000])
def test_what_is_no_manifest_at_all_is_told(folder, data):
    (folder / "manifest.json").write_bytes(data)
    with pytest.raises(HubError, match="is no MCP bundle"):
        read_manifest(folder, "demo")


def test_the_older_name_of_its_version_is_known(manifest):
    assert manifest(whole={"manifest_version": None, "dxt_version": "0.1"}).dxt_version == "0.1"
