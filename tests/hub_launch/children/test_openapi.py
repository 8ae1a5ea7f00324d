import base64
import json
import subprocess
import sys
import threading
from urllib.parse import unquote

import pytest
import yaml
from fastmcp import Client

from hub_launch.catalog import sha256_hex
from hub_launch.children.openapi import build_server, load_spec

OURS = ("-m", "hub_launch.children.openapi")

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets/{name}": {
            "get": {
                "operationId": "getPet",
                "summary": "One pet",
                "parameters": [
                    {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "detail", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {"200": {"description": "a pet"}},
            }
        },
        "/admin/reset": {
            "post": {"operationId": "reset", "tags": ["admin"], "responses": {"200": {"description": ""}}}
        },
    },
}


@pytest.fixture
def spec_file(tmp_path):
    """The description of an API in a file."""
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(SPEC))
    return path


@pytest.fixture
def api(web, web_answer):
    """An API on loopback that answers every request with what it was asked."""

    def answer(request):
        return web_answer(json.dumps({"path": request.path}).encode(), 200, {"Content-Type": "application/json"})

    class Everything(dict):
        def get(self, path, default):
            return answer

    web.answers = Everything()
    return web


@pytest.fixture
def pets(api, monkeypatch):
    """The server of the API with some options and credentials."""

    def make(options=None, **env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        return build_server("pets", SPEC, f"{api.url}/v1", options or {})

    return make


@pytest.fixture
def ask():
    """Calls a tool of a server in this process, and returns its result."""

    async def call(server, tool, **arguments):
        async with Client(server) as client:
            return await client.call_tool(tool, arguments, raise_on_error=False)

    return call


async def names(server):
    return [tool.name for tool in await server.list_tools()]


# A server


async def test_it_is_a_process_of_its_own_that_speaks_mcp(child, spec_file, api, call):
    arguments = ["--name", "pets", "--spec", str(spec_file), "--base-url", f"{api.url}/v1"]
    auth = {"auth": {"type": "bearer", "variable": "TOKEN"}}
    backend = await child(OURS, *arguments, "--options", json.dumps(auth), TOKEN="hunter2")
    assert [tool.name for tool in backend.offer.tools] == ["getPet", "reset"]
    assert backend.link.skipped == 0
    result = await call(backend, "getPet", name="rex")
    assert json.loads(result.content[0].text) == {"path": "/v1/pets/rex"}
    assert api.requests[0].headers["authorization"] == "Bearer hunter2"


async def test_every_operation_is_a_tool(pets):
    assert await names(pets()) == ["getPet", "reset"]


async def test_a_call_is_a_request_below_the_base_url(pets, api, ask):
    result = await ask(pets(), "getPet", name="rex", detail="a b&c=d")
    assert json.loads(result.content[0].text)["path"].startswith("/v1/pets/rex?detail=a")
    (request,) = api.requests
    assert request.method == "GET"
    assert request.path.partition("?")[2] in ("detail=a+b%26c%3Dd", "detail=a%20b%26c%3Dd")


@pytest.mark.parametrize(
    "name", ["../admin/reset", "..", ".", "a/../../admin", "x?admin=1", "x#y", "..%2fadmin", "//evil"]
)
async def test_an_argument_cannot_leave_its_place_in_the_path(pets, api, ask, name):
    result = await ask(pets(), "getPet", name=name)
    assert len(api.paths) == (0 if result.is_error else 1)
    for path in api.paths:
        assert path.startswith("/v1/pets/")
        segment = path.removeprefix("/v1/pets/")
        assert not set(segment) & set("/?#")
        assert unquote(segment) == name
        # A step up is one in its encoded spelling too, for servers that decode before they look.
        assert unquote(segment) not in (".", "..")


async def test_rules_say_what_becomes_a_tool(pets):
    options = {
        "routeMaps": [
            {"pattern": "^/admin", "mcpType": "EXCLUDE"},
            {"methods": ["GET"], "mcpType": "RESOURCE_TEMPLATE", "mcpTags": ["pets"]},
        ]
    }
    server = pets(options)
    assert await names(server) == []
    (template,) = await server.list_resource_templates()
    assert template.tags == {"pets"}


async def test_a_rule_may_pick_operations_by_their_tags(pets):
    assert await names(pets({"routeMaps": [{"tags": ["admin"], "mcpType": "EXCLUDE"}]})) == ["getPet"]


async def test_tools_can_be_renamed(pets):
    assert await names(pets({"mcpNames": {"getPet": "pet"}})) == ["pet", "reset"]


async def test_an_answer_that_is_not_as_described_is_passed_on(pets, ask):
    assert not (await ask(pets(), "getPet", name="rex")).is_error


# Credentials


async def test_a_bearer_token_comes_from_the_environment(pets, api, ask):
    await ask(pets({"auth": {"type": "bearer", "variable": "TOKEN"}}, TOKEN="hunter2"), "getPet", name="rex")
    assert api.requests[0].headers["authorization"] == "Bearer hunter2"


async def test_a_key_goes_into_its_header(pets, api, ask):
    auth = {"type": "apiKey", "in": "header", "name": "X-Key", "variable": "KEY"}
    await ask(pets({"auth": auth}, KEY="hunter2"), "getPet", name="rex")
    assert api.requests[0].headers["x-key"] == "hunter2"


async def test_a_key_goes_into_the_query_beside_the_arguments(pets, api, ask):
    auth = {"type": "apiKey", "in": "query", "name": "key", "variable": "KEY"}
    await ask(pets({"auth": auth}, KEY="hunter2&x=y"), "getPet", name="rex", detail="all")
    assert sorted(api.requests[0].path.partition("?")[2].split("&")) == ["detail=all", "key=hunter2%26x%3Dy"]


async def test_basic_authentication_is_two_variables(pets, api, ask):
    auth = {"type": "basic", "username": "USER_NAME", "password": "PASSWORD"}
    await ask(pets({"auth": auth}, USER_NAME="me", PASSWORD="hunter2"), "getPet", name="rex")
    scheme, _, pair = api.requests[0].headers["authorization"].partition(" ")
    assert (scheme, base64.b64decode(pair)) == ("Basic", b"me:hunter2")


async def test_credentials_do_not_follow_a_redirect_to_another_host(pets, api, ask, web_answer):
    elsewhere = api.url.replace("127.0.0.1", "localhost")
    api.answers = {"/v1/pets/rex": web_answer(b"", 302, {"Location": f"{elsewhere}/x"})}
    await ask(pets({"auth": {"type": "bearer", "variable": "TOKEN"}}, TOKEN="hunter2"), "getPet", name="rex")
    assert api.paths == ["/v1/pets/rex"]


async def test_an_api_that_is_slower_than_allowed_is_an_error(pets, api, ask, web_answer):
    stop = threading.Event()

    def slow(request):
        stop.wait(20)
        return web_answer()

    api.answers = {"/v1/pets/rex": slow}
    try:
        result = await ask(pets({"timeoutSeconds": 1}), "getPet", name="rex")
    finally:
        stop.set()
    assert result.is_error


# What does not start


def run(*arguments, env=None):
    return subprocess.run(
        [sys.executable, "-P", *OURS, "--name", "pets", "--base-url", "http://127.0.0.1:1", *arguments],
        env=env or {},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not OpenAPI 3"),
        ("{", "JSONDecodeError"),
        ("a: [", "ParserError"),
        ("- 1", "not OpenAPI 3"),
        ('{"swagger": "2.0"}', "not OpenAPI 3"),
        ('{"openapi": "4.0.0"}', "not OpenAPI 3"),
        ("[" * 100_000, "RecursionError"),
    ],
    ids=["empty", "half json", "half yaml", "list", "swagger", "future", "deep"],
)
def test_what_is_no_description_is_said_in_one_line(tmp_path, content, said):
    (tmp_path / "spec.yaml").write_text(content)
    ran = run("--spec", str(tmp_path / "spec.yaml"))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"{tmp_path / 'spec.yaml'}: ")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_missing_description_is_named(tmp_path):
    ran = run("--spec", str(tmp_path / "nowhere.json"))
    assert ran.returncode == 1
    assert "FileNotFoundError" in ran.stderr


def test_a_rule_with_a_broken_pattern_is_said_in_one_line(spec_file):
    ran = run("--spec", str(spec_file), "--options", json.dumps({"routeMaps": [{"pattern": "(", "mcpType": "TOOL"}]}))
    assert ran.returncode == 1
    assert "unterminated subpattern" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_missing_credential_is_named(spec_file):
    auth = {"type": "bearer", "variable": "PETS_TOKEN"}
    ran = run("--spec", str(spec_file), "--options", json.dumps({"auth": auth}))
    assert ran.returncode == 1
    assert "PETS_TOKEN" in ran.stderr


# Descriptions


def test_a_description_may_be_json_or_yaml(tmp_path, spec_file):
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(SPEC))
    assert load_spec(str(tmp_path / "spec.yaml")) == load_spec(str(spec_file)) == SPEC


def test_a_description_with_another_hash_is_refused(spec_file):
    assert load_spec(str(spec_file), sha256_hex(spec_file.read_bytes()))
    with pytest.raises(ValueError, match="has changed since the entry was published"):
        load_spec(str(spec_file), "0" * 64)


def test_a_huge_description_is_refused(tmp_path):
    with (tmp_path / "spec.json").open("wb") as file:
        file.truncate(9 * 1024 * 1024)
    with pytest.raises(ValueError, match="larger than 8,388,608 bytes"):
        load_spec(str(tmp_path / "spec.json"))


def test_a_description_over_plain_http_is_not_fetched(web):
    with pytest.raises(OSError, match="No such file"):
        load_spec(f"{web.url}/openapi.json")
    assert web.requests == []


def test_no_python_object_is_made_of_a_yaml_tag(tmp_path):
    (tmp_path / "spec.yaml").write_text("openapi: !!python/object/apply:os.system ['touch evil']")
    with pytest.raises(yaml.YAMLError):
        load_spec(str(tmp_path / "spec.yaml"))


async def test_a_server_is_named_as_it_is_told():
    assert build_server("pets", SPEC, "http://127.0.0.1:1", {}).name == "pets"
