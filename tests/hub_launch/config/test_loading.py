"""What a configuration means, and what is said about one that is wrong: file, line, key."""

import pytest

from hub_launch.config.loading import MAX_PROBLEMS, find_file, load
from hub_launch.config.models import HubPart, RegistryPart, ServerPart
from hub_launch.errors import ExitCode, HubError


def test_a_whole_configuration(loaded):
    found = loaded(
        """\
        hub: {port: 9000, idle: 30, watch: true}
        registries:
          - {name: work, place: https://registry.example.com, root: root.json}
        servers:
          time:
          filesystem:
            set: {folder: [., ~/docs], depth: 3}
            version: 1.10
            registry: work
            start: lazy
            idle: 10
            enabled: no
        profiles:
          work: [time]
        """
    )
    assert found.config.hub == HubPart(port=9000, idle=30, watch=True)
    assert found.config.registries == (
        RegistryPart(name="work", place="https://registry.example.com", root="root.json"),
    )
    assert found.config.servers["time"] == ServerPart()
    assert found.config.servers["filesystem"] == ServerPart(
        set={"folder": [".", "~/docs"], "depth": "3"},
        version="1.10",
        registry="work",
        start="lazy",
        idle=10,
        enabled=False,
    )
    assert found.config.profiles == {"work": ("time",)}


def test_toml_says_the_same(loaded):
    text = """\
        hub = {port = 9000, watch = true}
        [servers.time]
        [servers.filesystem]
        set = {folder = [".", "~/docs"], depth = 3, hidden = true}
        enabled = false
        [profiles]
        work = ["time"]
        """
    found = loaded(text, name="hub.toml")
    assert found.config.hub == HubPart(port=9000, watch=True)
    assert found.config.servers["filesystem"].set == {
        "folder": (".", "~/docs"),
        "depth": ("3",),
        "hidden": ("true",),
    }
    assert found.selected() == {"time": ServerPart()}


@pytest.mark.parametrize("text", ["", "hub:\nservers:\nprofiles:\n"])
def test_little_is_enough(loaded, text):
    assert loaded(text).config.hub == HubPart()


# Variables


def test_variables_come_from_the_environment_then_from_the_env_file_then_from_the_default(loaded):
    text = "servers: {time: {set: {a: '${A:-x}', b: '${B:-x}', c: '${C:-x}'}}}"
    found = loaded(text, env="A=env file\nB=env file", A="environment")
    assert found.config.servers["time"].set == {"a": ("environment",), "b": ("env file",), "c": ("x",)}
    assert found.variables == {"A": "env file", "B": "env file"}


def test_a_variable_may_stand_for_a_number_or_a_truth(loaded):
    found = loaded("hub: {port: '${P}'}\nservers: {time: {enabled: '${ON}'}}", P="9000", ON="false")
    assert found.config.hub.port == 9000
    assert not found.config.servers["time"].enabled


def test_the_environment_overrides_what_is_said_about_the_hub(loaded):
    found = loaded("hub: {port: 9000, host: localhost}", env="HUB_HOST=127.0.0.2", HUB_PORT="9001", HUB_IDLE="")
    assert found.config.hub == HubPart(port=9001, host="127.0.0.2")


def test_a_variable_that_is_missing_stops_the_server_that_needs_it_alone(loaded):
    found = loaded("servers:\n  time:\n  github:\n    set:\n      token: ${TOKEN}\n    idle: ${IDLE}\n")
    assert list(found.broken) == ["github"]
    assert found.broken["github"].message == (
        f"{found.path}, line 5: servers.github.set.token: TOKEN has no value: "
        "set it, write it into .env, or give a default"
    )


def test_a_server_that_is_broken_may_be_disabled(loaded):
    found = loaded("servers: {github: {set: {token: '${TOKEN}'}, enabled: false}}")
    assert found.selected() == {}


def test_a_variable_that_the_hub_needs_stops_all(loaded):
    with pytest.raises(HubError, match=r"line 2: hub\.port: PORT has no value"):
        loaded("hub:\n  port: ${PORT}\n")


@pytest.mark.parametrize("name", ["hub.yaml", "hub.toml"])
@pytest.mark.parametrize(
    "said", ["tok-0123456789abcdef", "${A}x", "${A:-tok-0123456789abcdef}", "keyring:a b", "${A} "]
)
def test_a_token_in_the_file_is_refused_and_not_repeated(loaded, said, name):
    with pytest.raises(HubError, match=r"line 2: hub\.token: must be \$\{NAME\} or keyring:name") as caught:
        loaded(f"hub:\n  token: '{said}'\n" if name == "hub.yaml" else f"[hub]\ntoken = '{said}'\n", name=name, A="x")
    assert said not in caught.value.message


def test_a_token_is_had_from_the_environment(loaded):
    for text, environ in (("hub: {token: '${A}'}", {"A": "tok"}), ("", {"HUB_TOKEN": "tok"})):
        found = loaded(text, **environ)
        assert found.config.hub.token == "tok"
        assert "tok'" not in repr(found)


def test_it_is_known_which_values_are_those_of_variables(loaded):
    text = "servers: {aa: {command: x, args: ['${T_TOKEN}'], env: {A: '${B}', C: c, D: '${ENV_KEY}'}}, time: }"
    found = loaded(text, env="ENV_KEY=from-the-file\nB=b", T_TOKEN="from-outside").references
    assert found.varying == {"aa": {"A", "D"}, "time": frozenset()}
    assert (found.confided, found.secrets) == ({"from-outside"}, {"from-outside", "from-the-file"})


# Wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hub:\n  prot: 1\n", "line 2: hub.prot: there is no such key; did you mean port?"),
        ("sirvers: {}\n", "line 1: sirvers: there is no such key; did you mean servers?"),
        ("x: {}\n", "line 1: x: there is no such key; there are hub, registries, servers, profiles"),
        ("servers:\n  time:\n    lazy: true\n", "line 3: servers.time.lazy: there is no such key; there are set, "),
        ("hub:\n  port: 99999\n", "line 2: hub.port: must be less than or equal to 65535, not '99999'"),
        ("hub:\n  port: http\n", "line 2: hub.port: must be a whole number, not 'http'"),
        ("hub: 8080\n", "line 1: hub: must be a mapping of keys to values, not '8080'"),
        ("servers: [time]\n", "line 1: servers: must be a mapping of keys to values"),
        ("servers:\n  Time:\n", "line 2: servers.Time: must be lower-case letters, digits and hyphens, not 'Time'"),
        ("servers:\n  time: {start: later}\n", "line 2: servers.time.start: must be 'eager' or 'lazy', not 'later'"),
        ("servers:\n  time: {enabled: 2}\n", "line 2: servers.time.enabled: must be true or false, not '2'"),
        ("servers:\n  time: {idle: 1}\n", "line 2: servers.time.idle: must be greater than or equal to 5, not '1'"),
        ("servers:\n  time: {version: latest}\n", "line 2: servers.time.version: must be one exact version"),
        ("servers:\n  a-b:\n    set:\n      x: {y: 1}\n", "line 4: servers.a-b.set.x.0: must be text"),
        ("registries:\n  - place: x\n", "line 2: registries.0.name: is missing"),
        (
            "servers: {time: }\nprofiles:\n  work: [time, git]\n",
            "line 3: profiles.work.1: there is no server git under",
        ),
        (
            "registries: []\nservers:\n  time: {registry: work}\n",
            "line 3: servers.time.registry: there is no registry work under registries",
        ),
    ],
)
def test_what_is_wrong_is_said_with_line_and_key(written, text, said):
    path = written(text)
    with pytest.raises(HubError) as caught:
        load(path, {})
    assert f"{path}, {said}" in caught.value.message
    assert caught.value.code == ExitCode.USAGE


def test_everything_that_is_wrong_is_said_at_once_up_to_a_screen_of_it(written):
    path = written("servers:\n" + "".join(f"  s{n}: {{idle: 1}}\n" for n in range(MAX_PROBLEMS + 2)))
    with pytest.raises(HubError) as caught:
        load(path, {})
    *lines, last = caught.value.message.splitlines()
    assert len(lines) == MAX_PROBLEMS
    assert last == "... and 2 more"


def test_the_value_of_a_variable_is_not_shown(written):
    path = written("servers:\n  time: {version: '${TOKEN}', start: '${TOKEN}'}\n")
    with pytest.raises(HubError) as caught:
        load(path, {"TOKEN": "latest"})
    assert "not '${TOKEN}'" in caught.value.message
    assert "not 'latest'" not in caught.value.message


def test_an_override_that_is_wrong_is_named(written):
    with pytest.raises(HubError, match=r"^HUB_PORT: must be a whole number, not 'http'$"):
        load(written("hub: {port: 1}"), {"HUB_PORT": "http"})


def test_nothing_of_a_file_reaches_the_terminal_unescaped(written):
    with pytest.raises(HubError) as caught:
        load(written('hub: {"\\e[31m": 1}'), {})
    assert "\x1b" not in caught.value.message


# Servers of one's own


def test_a_server_of_ones_own_is_a_command_or_an_address(loaded):
    text = "servers:\n  mine: {command: x, args: 1.10, env: {A: no}}\n  there: {url: 'http://127.0.0.1:1/mcp'}\n"
    servers = loaded(text).config.servers
    assert servers["mine"].own == {"command": "x", "args": ["1.10"], "env": {"A": "no"}, "cwd": None}
    assert servers["there"].own["url"] == "http://127.0.0.1:1/mcp"


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("command: x, url: 'http://x'", "has a command and a url"),
        ("args: [x]", "has args, which is only for a server with a command"),
        ("url: 'http://x', env: {A: b}", "has env, which is only for a server with a command"),
        ("command: x, headers: {A: b}", "has headers, which is only for a server with a url"),
        ("command: x, version: 1.0.0", "has version, which is only for a server of a registry, and a command"),
        ("url: 'file:///x'", "servers.mine.url"),
        ("command: ''", "servers.mine.command"),
    ],
)
def test_what_belongs_to_another_kind_of_server_is_refused(loaded, part, said):
    with pytest.raises(HubError) as caught:
        loaded(f"servers:\n  mine: {{{part}}}\n")
    assert "hub.yaml, line 2: servers.mine" in caught.value.message
    assert said in caught.value.message


# Profiles


@pytest.fixture
def profiles(loaded):
    text = "hub: {profile: one}\nservers: {aa: , bb: , cc: {enabled: false}}\nprofiles: {one: [aa], two: [cc, bb]}"
    return loaded(text)


def test_a_profile_selects_those_of_its_servers_that_are_enabled(profiles):
    assert list(profiles.selected("two")) == ["bb"]


def test_the_files_own_profile_is_taken_when_none_is_named(profiles):
    assert list(profiles.selected()) == ["aa"]


def test_a_profile_that_is_not_there_is_refused_with_those_that_are(profiles):
    with pytest.raises(HubError, match="has no profile 'three'") as caught:
        profiles.selected("three")
    assert caught.value.hint == "it has one, two; one of the registry's is started by `hub-launch --profile three`"


# Where it is


def test_the_file_that_is_named_is_taken(tmp_path):
    assert find_file(tmp_path / "other.yaml", tmp_path) == tmp_path / "other.yaml"


def test_else_the_first_of_the_usual_names_in_the_first_folder_that_has_one(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for path in (first / "hub.toml", second / "hub.yaml"):
        path.parent.mkdir()
        path.touch()
    assert find_file(None, first, second) == first / "hub.toml"
    (first / "hub.yaml").touch()
    assert find_file(None, first, second) == first / "hub.yaml"


def test_no_file_at_all_is_said_with_how_to_write_one(tmp_path):
    with pytest.raises(HubError, match=r"There is no hub\.yaml in") as caught:
        find_file(None, tmp_path)
    assert "hub-launch init" in caught.value.hint
