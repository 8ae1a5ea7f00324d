"""How a reader gets a server: links and lines say what the entry says, and nothing else."""

import base64
import json
import shlex
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

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


def test_an_image_has_a_tab_of_its_own(tabs):
    image = f"ghcr.io/example/weather:1.4.0@sha256:{'a' * 64}"
    made = tabs(packages=[{"registryType": "oci", "identifier": image, "environmentVariables": [KEY]} | STDIO])
    assert line(made["docker"]) == ["docker", "run", "-i", "--rm", "-e", "WEATHER_KEY", image]
    assert cursor(made["cursor"])[1]["command"] == "docker"


def test_words_that_a_shell_would_read_are_quoted(tabs):
    odd = {"type": "positional", "value": "$(touch /tmp/x); `id`"}
    made = tabs(**package(packageArguments=[odd]))
    assert line(made["claude-code"])[-1] == odd["value"]
    assert "'$(touch /tmp/x); `id`'" in made["claude-code"].blocks[0].text
