"""What is exported starts the hub that was asked for, as the program wants it that it is for."""

import json
import shlex

import pytest
import yaml

from hub_launch.cli.main import build_parser


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, publish, entry):
    publish([entry("demo"), entry("other")])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def configured(folder):
    (folder / "hub.yaml").write_text("servers: {demo: , other: }\nprofiles: {work: [demo]}\n")
    (folder / "hub.lock").write_text("{}")
    return folder / "hub.yaml"


def parsed(words):
    """A command line as the launcher takes it."""
    return build_parser(words[0]).parse_args(words)


def in_shell(command):
    """The launcher's words in `sh -c 'pip install ... && exec hub-launch ...'`."""
    assert command[:2] == ["sh", "-c"]
    return parsed(shlex.split(command[2].partition(" && exec hub-launch ")[2]))


@pytest.mark.parametrize(
    ("form", "section"), [("mcp-json", "mcpServers"), ("claude", "mcpServers"), ("vscode", "servers")]
)
def test_an_editors_file_starts_the_hub(cli, form, section):
    ran = cli("export", form, "demo", "other", "--set", "demo.folder=.")
    assert ran.code == 0, ran.err
    (hub,) = json.loads(ran.out)[section].values()
    arguments = parsed(["launch", *hub["args"]])
    assert (arguments.ids, arguments.stdio, arguments.settings) == (["demo", "other"], True, ["demo.folder=."])


def test_without_ids_it_is_what_hub_yaml_says(cli, configured):
    hub = json.loads(cli("export", "mcp-json", "--profile", "work").out)["mcpServers"]["mcp-hub"]
    arguments = parsed(hub["args"])
    assert (arguments.config, arguments.profile, arguments.stdio) == (configured, "work", True)


def test_compose_mounts_the_configuration_and_its_lock_and_asks_for_a_token(cli, configured):
    (configured.parent / ".env").write_text("A=b\n")
    ran = cli("export", "compose")
    hub = yaml.safe_load(ran.out)["services"]["mcp-hub"]
    arguments = in_shell(hub["command"])
    assert (str(arguments.config), arguments.locked, arguments.yes) == ("/hub/hub.yaml", True, True)
    assert arguments.host == "0.0.0.0"
    assert hub["environment"]["HUB_TOKEN"].startswith("${HUB_TOKEN:?")
    assert f"{configured}:/hub/hub.yaml:ro" in hub["volumes"]
    assert hub["ports"] == ["127.0.0.1:8080:8080"]
    assert hub["env_file"] == [str(configured.parent / ".env")]


def test_a_dollar_in_a_parameter_is_none_of_composes(cli):
    hub = yaml.safe_load(cli("export", "compose", "demo", "--set", "demo.x=$HOME it's").out)["services"]["mcp-hub"]
    words = [word.replace("$$", "$") for word in hub["command"]]
    assert in_shell(words).settings == ["demo.x=$HOME it's"]
    assert "$HOME" not in hub["command"][2].replace("$$", "")


def test_kubernetes_has_the_files_in_a_config_map_and_no_secret(cli, configured):
    config, deployment, service = yaml.safe_load_all(cli("export", "kubernetes").out)
    assert config["data"] == {"hub.yaml": configured.read_text(), "hub.lock": "{}"}
    pod = deployment["spec"]["template"]["spec"]
    assert in_shell(pod["containers"][0]["command"]).locked
    assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "mcp-hub"}}]
    assert service["spec"]["selector"] == deployment["spec"]["template"]["metadata"]["labels"]


def test_kubernetes_of_ids_needs_no_files(cli):
    deployment, _ = yaml.safe_load_all(cli("export", "kubernetes", "demo").out)
    pod = deployment["spec"]["template"]["spec"]
    assert in_shell(pod["containers"][0]["command"]).ids == ["demo"]
    assert "volumes" not in pod


@pytest.mark.parametrize("words", [["compose"], ["compose", "nobody"], ["word", "demo"]])
def test_what_is_not_there_is_wrong_use(cli, words):
    if words[0] == "word":
        with pytest.raises(SystemExit, match="2"):
            cli("export", *words)
    else:
        assert cli("export", *words).code == 2
