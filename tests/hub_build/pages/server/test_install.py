"""How a reader gets a server: links and lines say what the entry says, and nothing else."""

import base64
import json
import shlex
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from hub_build.pages.server.install import tabs as tabs_of
from hub_build.would_run import wanted_by, would_run
from hub_launch.judge.registry import read_registry

REAL = Path(__file__).parents[4] / "registry"
NPM = {"registryType": "npm", "identifier": "@example/weather", "version": "1.4.0", "integrity": f"sha512-{'A' * 86}=="}
STDIO = {"transport": {"type": "stdio"}}
FOLDER = {
    "type": "positional",
    "valueHint": "folder",
    "isRequired": True,
    "format": "filepath",
    "placeholder": "~/Maps",
}
KEY = {"name": "WEATHER_KEY", "description": "Your key.", "isRequired": True, "isSecret": True}
OPTIONAL = {"name": "EXTRA_KEY", "isSecret": True}
REMOTE = {
    "type": "streamable-http",
    "url": "https://{tenant}.example.com/{part}/mcp",
    "variables": {"tenant": {"isRequired": True}, "part": {"default": "all"}},
    "headers": [
        {
            "name": "Authorization",
            "value": "Bearer {token}",
            "variables": {"token": {"isRequired": True, "isSecret": True}},
        }
    ],
}


@pytest.fixture
def tabs(registry, model):
    """The tabs of an entry, by id."""

    def tabs(**changes):
        registry.add(**changes)
        return {tab.id: tab for tab in model().tabs}

    return tabs


def package(**changes):
    return {"packages": [NPM | STDIO | changes]}


def cursor(tab):
    query = parse_qs(urlsplit(tab.link).query)
    assert tab.link.startswith("cursor://anysphere.cursor-deeplink/mcp/install?")
    return query["name"][0], json.loads(base64.b64decode(query["config"][0]))


def vscode(tab):
    start, _, data = tab.link.partition("?")
    assert start == "vscode:mcp/install"
    return json.loads(unquote(data))


def line(tab):
    return shlex.split(tab.blocks[0].text)


def test_a_package_is_what_the_planner_would_run_everywhere(tabs):
    made = tabs(**package())
    config = {"command": "npx", "args": ["--yes", "@example/weather@1.4.0"]}
    assert cursor(made["cursor"]) == ("weather", config)
    assert vscode(made["vscode"]) == {"name": "weather", **config}
    assert json.loads(made["json"].blocks[0].text) == {"mcpServers": {"weather": config}}
    assert line(made["claude-code"]) == [
        *("claude", "mcp", "add", "--transport", "stdio", "weather", "--"),
        *("npx", "--yes", "@example/weather@1.4.0"),
    ]
    assert line(made["launcher"]) == ["hub-launch", "weather"]


def test_what_a_user_gives_has_a_place_and_vs_code_asks_for_it(tabs):
    made = tabs(**package(packageArguments=[FOLDER], environmentVariables=[KEY]))
    assert cursor(made["cursor"])[1] == {
        "command": "npx",
        "args": ["--yes", "@example/weather@1.4.0", "<folder>"],
        "env": {"WEATHER_KEY": "<WEATHER_KEY>"},
    }
    asked = vscode(made["vscode"])
    assert asked["args"][-1] == "${input:folder}"
    assert asked["env"] == {"WEATHER_KEY": "${input:WEATHER_KEY}"}
    assert [(one["id"], one["password"]) for one in asked["inputs"]] == [("folder", False), ("WEATHER_KEY", True)]
    assert "<folder> and <WEATHER_KEY>" in made["cursor"].notes[0]


def test_the_launcher_is_told_what_is_required_and_asks_for_secrets(tabs):
    made = tabs(**package(packageArguments=[FOLDER], environmentVariables=[KEY]))
    assert line(made["launcher"]) == ["hub-launch", "weather", "--set", "weather.folder=~/Maps"]
    assert "WEATHER_KEY" in made["launcher"].notes[1]


def test_what_may_be_left_out_is_left_out(tabs):
    made = tabs(**package(environmentVariables=[OPTIONAL]))
    assert "env" not in cursor(made["cursor"])[1]


def test_an_address_is_given_with_its_headers(tabs):
    made = tabs(packages=..., remotes=[REMOTE])
    config = {
        "type": "http",
        "url": "https://<tenant>.example.com/all/mcp",
        "headers": {"Authorization": "Bearer <token>"},
    }
    assert json.loads(made["json"].blocks[0].text)["mcpServers"]["weather"] == config
    assert cursor(made["cursor"])[1] == {key: value for key, value in config.items() if key != "type"}
    assert vscode(made["vscode"])["headers"] == {"Authorization": "Bearer ${input:token}"}
    assert vscode(made["vscode"])["url"] == "https://${input:tenant}.example.com/all/mcp"
    assert line(made["claude-code"])[3:] == [
        *("--transport", "http", "weather", config["url"], "--header", "Authorization: Bearer <token>")
    ]


def test_what_the_launcher_alone_can_start_has_no_link(tabs, registry):
    registry.write("openapi/api.yaml", "openapi: 3.1.0\npaths: {/a: {}}\n")
    made = tabs(packages=..., openapi={"file": "api.yaml", "baseUrl": "https://example.com"})
    assert list(made) == ["launcher", "cursor", "vscode", "claude-code"]
    assert not made["cursor"].link
    assert [block.text for block in made["cursor"].blocks] == ["hub-launch install cursor weather"]


IMAGE = f"ghcr.io/example/weather@sha256:{'a' * 64}"
URL = {"name": "WEATHER_URL", "description": "Its address.", "isRequired": True}


def image(**changes):
    return {"packages": [{"registryType": "oci", "identifier": IMAGE} | STDIO | changes]}


def test_an_editor_gives_a_container_what_it_needs(tabs):
    made = tabs(**image(environmentVariables=[URL, KEY, OPTIONAL]))
    config = cursor(made["cursor"])[1]
    assert config["command"] == "docker"
    assert [config["args"][place + 1] for place, word in enumerate(config["args"]) if word == "--env"] == [
        "WEATHER_URL",
        "WEATHER_KEY",
    ]
    assert config["env"] == {"WEATHER_URL": "<WEATHER_URL>", "WEATHER_KEY": "<WEATHER_KEY>"}
    assert json.loads(made["json"].blocks[0].text)["mcpServers"]["weather"] == config
    assert line(made["claude-code"])[3:7] == [
        *("--env", "WEATHER_URL=<WEATHER_URL>", "--env", "WEATHER_KEY=<WEATHER_KEY>")
    ]
    assert "<WEATHER_URL> and <WEATHER_KEY>" in made["cursor"].notes[0]


def test_vs_code_asks_for_what_a_container_needs(tabs):
    asked = vscode(tabs(**image(environmentVariables=[URL, KEY]))["vscode"])
    assert asked["env"] == {"WEATHER_URL": "${input:WEATHER_URL}", "WEATHER_KEY": "${input:WEATHER_KEY}"}
    assert [(one["id"], one["password"]) for one in asked["inputs"]] == [("WEATHER_URL", False), ("WEATHER_KEY", True)]


def test_a_folder_is_shared_with_the_container_that_is_told_of_it(tabs):
    made = tabs(**image(packageArguments=[FOLDER]), permissions={"filesystem": "arguments"})
    words = cursor(made["cursor"])[1]["args"]
    assert words[words.index("--mount") + 1] == "type=bind,source=<folder>,target=<folder>"
    assert words[-2:] == [IMAGE, "<folder>"]
    assert "type=bind,source=${input:folder},target=${input:folder}" in vscode(made["vscode"])["args"]
    assert "absolute" in made["cursor"].notes[-1]
    assert "<folder>" in made["docker"].notes[0]


def test_an_editors_container_is_shut_in_like_the_launchers_and_is_none_of_its_own(tabs):
    made = tabs(**image(), permissions={"network": "none"})
    words = cursor(made["cursor"])[1]["args"]
    assert words[words.index("--network") + 1] == "none"
    assert words[words.index("--cap-drop") + 1] == "ALL"
    # The launcher removes containers with its label; only it has fetched the image beforehand.
    assert not {"--label", "--pull=never"} & set(words)


def test_docker_takes_what_the_user_gives_from_the_shell(tabs):
    fixed = {"name": "MODE", "value": "quiet"}
    made = tabs(**image(environmentVariables=[URL, KEY, OPTIONAL, fixed]))
    words = line(made["docker"])
    assert words[:2] == ["docker", "run"]
    assert [words[place + 1] for place, word in enumerate(words) if word == "--env"] == [
        *("WEATHER_URL", "WEATHER_KEY", "EXTRA_KEY", "MODE=quiet")
    ]
    assert words[-1] == IMAGE
    assert made["docker"].notes == ("Set WEATHER_URL and WEATHER_KEY in your shell first: Docker hands them on.",)


def test_arguments_of_the_server_are_not_taken_for_dockers(tabs):
    own = [{"type": "positional", "value": "--label"}, {"type": "positional", "value": "--env"}]
    assert line(tabs(**image(packageArguments=own))["docker"])[-3:] == [IMAGE, "--label", "--env"]


def test_an_image_that_nobody_can_start_yet_has_no_tab(tabs):
    port = {"transport": {"type": "streamable-http", "url": "http://127.0.0.1:8080/mcp"}}
    assert list(tabs(**image(**port))) == ["launcher", "cursor", "vscode", "claude-code"]


def test_a_value_that_only_stands_in_for_the_users_is_named(tabs):
    port = {"type": "named", "name": "--port", "isRequired": True, "format": "number"}
    made = tabs(**package(packageArguments=[port]))
    assert cursor(made["cursor"])[1]["args"][-2:] == ["--port", "0"]
    assert made["cursor"].notes == made["vscode"].notes == ("port is 0 there until you put your own value.",)


def test_words_that_a_shell_would_read_are_quoted(tabs):
    odd = {"type": "positional", "value": "$(touch /tmp/x); `id`"}
    made = tabs(**package(packageArguments=[odd]))
    assert line(made["claude-code"])[-1] == odd["value"]
    assert "'$(touch /tmp/x); `id`'" in made["claude-code"].blocks[0].text


def test_links_to_real_servers_ask_for_all_that_is_required():
    looked_at = set()
    for entry in (source.entry for source in read_registry(REAL).sources):
        ways, wanted = would_run(entry), wanted_by(entry)
        made = {tab.id: tab for tab in tabs_of(entry, ways, wanted)}
        # What another way would need is not asked for.
        if len(ways) > 1 or not made["cursor"].link:
            continue
        required = {one.name for one in wanted if one.required} - ways[0].stand_ins.keys()
        assert required <= {one["id"] for one in vscode(made["vscode"]).get("inputs", ())}, entry.id
        text = json.dumps(cursor(made["cursor"])[1])
        assert all(f"<{name}>" in text for name in required), entry.id
        looked_at |= {ways[0].kind} if required else set()
    assert looked_at == {"npm", "pypi", "oci", "remote"}
