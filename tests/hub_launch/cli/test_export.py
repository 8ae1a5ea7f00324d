"""What is exported starts the hub that was asked for, as the program wants it that it is for."""

import json
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from tests.deploy.standards import broken_by

from hub_launch.cli.export import Wanted
from hub_launch.cli.main import build_parser
from hub_launch.clients.reading import servers_in
from hub_launch.clients.table import CLIENTS
from hub_launch.settings import Settings


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, publish, entry):
    publish([entry("demo"), entry("other")])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def serving(web, folder):
    """The registry at an address."""
    site = folder / "site"
    web.serve({str(one.relative_to(site)): one.read_bytes() for one in site.rglob("*.json")}, below="/site")
    return web


@pytest.fixture
def configured(folder):
    (folder / "hub.yaml").write_text("servers: {demo: , other: }\nprofiles: {work: [demo]}\n")
    (folder / "hub.lock").write_text("{}")
    return folder / "hub.yaml"


def parsed(words):
    """A command line as the launcher takes it."""
    return build_parser(words[0]).parse_args(words)


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
    arguments = parsed(hub["command"])
    assert (str(arguments.config), arguments.locked, arguments.yes) == ("/hub/hub.yaml", True, True)
    assert arguments.host == "0.0.0.0"
    assert hub["environment"]["HUB_TOKEN"].startswith("${HUB_TOKEN:?")
    assert f"{configured}:/hub/hub.yaml:ro" in hub["volumes"]
    assert hub["ports"] == ["127.0.0.1:8080:8080"]
    assert hub["env_file"] == [str(configured.parent / ".env")]


def test_compose_starts_the_projects_image_as_the_projects_own_file_does(cli):
    hub = yaml.safe_load(cli("export", "compose", "demo").out)["services"]["mcp-hub"]
    ours = yaml.safe_load((Path(__file__).parents[3] / "deploy" / "compose.yaml").read_text())["services"]["hub"]
    for key in ("image", "user", "read_only", "cap_drop", "security_opt", "stop_grace_period", "restart"):
        assert hub[key] == ours[key], key
    assert hub["volumes"][-1] == "data:/data"


@pytest.mark.parametrize(("locked", "place"), [(True, None), (False, "/data/hub.lock")])
def test_what_is_agreed_to_in_a_container_is_kept_where_it_may_write(cli, configured, locked, place):
    if not locked:
        (configured.parent / "hub.lock").unlink()
    hub = yaml.safe_load(cli("export", "compose").out)["services"]["mcp-hub"]
    assert hub["environment"].get("HUB_LOCK") == place
    _, deployment, _ = yaml.safe_load_all(cli("export", "kubernetes", HUB_REGISTRY="https://registry.example.com").out)
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert {one["name"]: one["value"] for one in container["env"]}.get("HUB_LOCK") == place


def test_a_dollar_in_a_parameter_is_none_of_composes(cli):
    hub = yaml.safe_load(cli("export", "compose", "demo", "--set", "demo.x=$HOME it's").out)["services"]["mcp-hub"]
    words = [word.replace("$$", "$") for word in hub["command"]]
    assert parsed(words).settings == ["demo.x=$HOME it's"]
    assert not any("$HOME" in word.replace("$$", "") for word in hub["command"])


def test_kubernetes_has_the_files_in_a_config_map_and_no_secret(cli, configured):
    ran = cli("export", "kubernetes", HUB_REGISTRY="https://registry.example.com")
    config, deployment, service = yaml.safe_load_all(ran.out)
    assert config["data"] == {"hub.yaml": configured.read_text(), "hub.lock": "{}"}
    pod = deployment["spec"]["template"]["spec"]
    assert parsed(pod["containers"][0]["args"]).locked
    assert broken_by(pod) == []
    assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "mcp-hub"}}]
    assert service["spec"]["selector"] == deployment["spec"]["template"]["metadata"]["labels"]


def test_kubernetes_of_ids_needs_no_files(cli, serving):
    ran = cli("export", "kubernetes", "demo", "--registry", f"{serving.url}/site", "--unsigned")
    deployment, _ = yaml.safe_load_all(ran.out)
    pod = deployment["spec"]["template"]["spec"]
    assert parsed(pod["containers"][0]["args"]).ids == ["demo"]
    assert [one["name"] for one in pod["volumes"]] == ["data", "tmp"]


@pytest.mark.parametrize("words", [["compose"], ["compose", "nobody"], ["word", "demo"]])
def test_what_is_not_there_is_wrong_use(cli, words):
    assert cli("export", *words).code == 2


def test_a_registry_that_is_a_folder_here_is_mounted_by_compose_and_refused_for_a_cluster(cli, folder):
    hub = yaml.safe_load(cli("export", "compose", "demo").out)["services"]["mcp-hub"]
    assert parsed(hub["command"]).registry == "/registry"
    assert f"{folder}/site:/registry:ro" in hub["volumes"]
    ran = cli("export", "kubernetes", "demo")
    assert ran.code == 2
    assert f"a folder of this machine, {folder}/site, which no cluster has" in ran.err
    ran = cli("export", "compose", "demo", HUB_REGISTRY=f"file://{folder}/site")
    assert f"{folder}/site:/registry:ro" in ran.out


def test_a_registrys_root_goes_along(cli, folder, tmp_path):
    (folder / "root.json").write_text("{}")
    wanted = Wanted(
        Settings.load({"HUB_REGISTRY": "https://x.example", "HUB_ROOT": str(folder / "root.json")}), ["demo"]
    )
    hub = wanted.there()
    assert hub.words == ("launch", "demo", "--registry", "https://x.example", "--root", "/hub/root.json")
    assert hub.files == {"root.json": folder / "root.json"}
    assert wanted.here[-2:] == ("--root", str(folder / "root.json"))


def test_registries_of_ones_own_are_in_no_container(cli, folder):
    cli("registry", "add", "work", "site")
    ran = cli("export", "compose", "work/demo", HUB_REGISTRY="")
    assert "demo is of the registry work, which a container does not know" in ran.err
    assert "name it: `--registry work`" in ran.err
    assert cli("export", "compose", "demo", "--registry", "work", HUB_REGISTRY="").code == 0
    (folder / "hub.yaml").write_text("servers: {demo: }\nregistries: [{name: work}]\n")
    ran = cli("export", "compose", HUB_REGISTRY="")
    assert "reads the registry work, which no container has" in ran.err


@pytest.mark.parametrize(("form", "name"), [("mcp-json", "cursor"), ("claude", "claude-desktop"), ("vscode", "vscode")])
def test_what_is_exported_is_read_back_as_it_was(cli, folder, form, name):
    exported = cli("export", form, "demo").out
    (folder / "file.json").write_text(exported.replace('"mcp-hub"', '"ours"'))
    (one,) = servers_in(folder / "file.json")
    (hub,) = json.loads(exported)[CLIENTS[name].section[0]].values()
    assert one.server == {key: value for key, value in hub.items() if key != "type"}
    # The hub itself is none of its own servers.
    (folder / "file.json").write_text(exported)
    assert servers_in(folder / "file.json") == []


def test_kubernetes_takes_what_is_exported(cli, configured):
    """As the schemas of Kubernetes' own API say."""
    ran = cli("export", "kubernetes", HUB_REGISTRY="https://registry.example.com")
    for document in yaml.safe_load_all(ran.out):
        kubernetes_validate.validate(document, "1.31", strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(document | {"spec": {"ports": "8080"}}, "1.31", strict=True)
