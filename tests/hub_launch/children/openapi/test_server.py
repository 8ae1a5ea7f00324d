import contextlib
import json
import subprocess
import sys
from urllib.parse import quote, unquote

import pytest
import yaml
from fastmcp import Client

HOSTILE = [
    *("../admin/reset", "..", ".", "a/../../admin", "x?admin=1", "x#y", "//evil", "http://evil/", "@evil", "\\..\\x"),
    *("..%2fadmin", "%2e%2e/admin", "%252e%252e%252fadmin", "%2f", "a\r\nHost: evil", "a\nb", "a\0b", "\x7f", ""),
]

OURS = ("-m", "hub_launch.children.openapi")


async def names(server):
    return [tool.name for tool in await server.list_tools()]


# A server


async def test_it_is_a_process_of_its_own_that_speaks_mcp(child, spec_file, api, call):
    arguments = ["--name", "pets", "--spec", str(spec_file), "--base-url", f"{api.url}/v1"]
    auth = {"auth": {"type": "bearer", "variable": "TOKEN"}}
    backend = await child(OURS, *arguments, "--options", json.dumps(auth), TOKEN="hunter2")
    assert [tool.name for tool in backend.offer.tools] == ["getPet", "addPet", "reset"]
    assert backend.link.skipped == 0
    result = await call(backend, "getPet", name="rex")
    assert json.loads(result.content[0].text) == {"path": "/v1/pets/rex"}
    assert api.requests[0].headers["authorization"] == "Bearer hunter2"


async def test_what_an_entry_says_has_its_effect_in_that_process(child, tmp_path, spec, api, call):
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(spec))
    options = {
        "auth": {"type": "apiKey", "in": "query", "name": "key", "variable": "KEY"},
        "routeMaps": [
            {"prefix": "/admin", "mcpType": "EXCLUDE"},
            {"path": "/pets/{name}", "methods": ["GET"], "mcpType": "TOOL", "mcpTags": ["read"]},
        ],
        "mcpNames": {"getPet": "pet"},
        "mcpTags": ["shop"],
        "descriptionPrefix": "Example shop:",
        "timeoutSeconds": 20,
        "retries": 1,
    }
    spec_file = str(tmp_path / "spec.yaml")
    arguments = ["--name", "pets", "--spec", spec_file, "--base-url", f"{api.url}/v1", "--options", json.dumps(options)]
    backend = await child(OURS, *arguments, KEY="hunter2")
    tools = {tool.name: tool.words() for tool in backend.offer.tools}
    assert sorted(tools) == ["addPet", "pet"]
    assert tools["pet"]["description"].startswith("Example shop: One pet")
    assert sorted(tools["pet"]["_meta"]["fastmcp"]["tags"]) == ["read", "shop"]
    await call(backend, "pet", name="rex")
    assert api.paths == ["/v1/pets/rex?key=hunter2"]
    for name in HOSTILE:
        await call(backend, "pet", name=name)
    assert {path[:9] for path in api.paths} == {"/v1/pets/"}
    assert "hunter2" not in (tmp_path / "child.log").read_text()


async def test_every_operation_is_a_tool(pets):
    assert await names(pets()) == ["getPet", "addPet", "reset"]


async def test_a_call_is_a_request_below_the_base_url(pets, api, ask):
    result = await ask(pets(), "getPet", name="rex", detail="a b&c=d")
    assert json.loads(result.content[0].text)["path"].startswith("/v1/pets/rex?detail=a")
    (request,) = api.requests
    assert request.method == "GET"
    assert request.path.partition("?")[2] in ("detail=a+b%26c%3Dd", "detail=a%20b%26c%3Dd")


# Arguments that try to be more than that


@pytest.mark.parametrize("name", HOSTILE)
async def test_an_argument_cannot_leave_its_place_in_the_path(pets, api, ask, name):
    result = await ask(pets(), "getPet", name=name)
    assert len(api.paths) == (0 if result.is_error else 1)
    for path in api.paths:
        assert path.startswith("/v1/pets/")
        segment = path.removeprefix("/v1/pets/")
        assert segment
        assert not set(segment) & set("/?#")
        assert unquote(segment) == name
        # A step up is one in its encoded spelling too, for servers that decode before they look.
        assert not {".", ".."} & set(unquote(unquote(segment)).split("/"))


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_resource_cannot_either(pets, api, name):
    server = pets({"routeMaps": [{"methods": ["GET"], "mcpType": "RESOURCE_TEMPLATE"}]})
    async with Client(server) as client:
        with contextlib.suppress(Exception):
            await client.read_resource(f"resource://getPet/{quote(name, safe='')}")
    for path in api.paths:
        assert path.startswith("/v1/pets/")
        assert not set(path.removeprefix("/v1/pets/")) & set("/?#")
        assert not {".", ".."} & set(unquote(unquote(path)).split("/"))
        assert not any(end in path.lower() for end in ("%0d", "%0a", "%00"))


async def test_an_empty_argument_is_not_another_operation(pets, api, ask):
    result = await ask(pets(), "getPet", name="")
    assert result.content[0].text == "name must not be empty; nothing was sent"
    assert api.requests == []


@pytest.mark.parametrize("value", ["a\r\nX-Admin: 1", "a\nb", "a\0"])
async def test_an_argument_cannot_add_headers(pets, api, ask, value):
    result = await ask(pets(), "addPet", **{"X-Trace": value})
    assert result.content[0].text == "X-Trace must not contain control characters; nothing was sent"
    assert api.requests == []


@pytest.mark.parametrize("value", ["a; admin=1", 'a"b', "a, admin=1"])
async def test_an_argument_cannot_add_cookies(pets, api, ask, value):
    result = await ask(pets(), "addPet", shop=value)
    assert result.content[0].text.startswith("shop must not contain quotes, commas, semicolons")
    assert api.requests == []


async def test_headers_cookies_and_bodies_are_sent_where_they_belong(pets, api, ask):
    await ask(pets(), "addPet", label="a; b\r\nc", shop="4711", **{"X-Trace": "a b"})
    (request,) = api.requests
    assert (request.headers["x-trace"], request.headers["cookie"]) == ("a b", "shop=4711")
    assert json.loads(request.body) == {"label": "a; b\r\nc"}


@pytest.mark.parametrize("name", ["Authorization", "Host", "cookie", "Transfer-Encoding", "X-Forwarded-Host"])
async def test_headers_that_are_no_business_of_an_assistant_are_no_arguments(pets, spec, name):
    spec["paths"]["/pets"]["post"]["parameters"] += [{"$ref": "#/components/parameters/evil"}]
    spec["components"] = {"parameters": {"evil": {"name": name, "in": "header", "schema": {"type": "string"}}}}
    (tool,) = [tool for tool in await pets(spec=spec).list_tools() if tool.name == "addPet"]
    assert sorted(tool.parameters["properties"]) == ["X-Trace", "label", "shop"]


# What becomes of operations


async def test_rules_say_what_becomes_a_tool(pets):
    options = {
        "routeMaps": [
            {"pattern": "^/admin", "mcpType": "EXCLUDE"},
            {"methods": ["GET"], "mcpType": "RESOURCE_TEMPLATE", "mcpTags": ["pets"]},
        ]
    }
    server = pets(options)
    assert await names(server) == ["addPet"]
    (template,) = await server.list_resource_templates()
    assert template.tags == {"pets"}


async def test_a_rule_may_pick_operations_by_their_tags(pets):
    assert await names(pets({"routeMaps": [{"tags": ["admin"], "mcpType": "EXCLUDE"}]})) == ["getPet", "addPet"]


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ({"path": "/pets"}, ["getPet", "reset"]),
        ({"path": "/pets/{name}"}, ["addPet", "reset"]),
        ({"path": "/pets/.name."}, ["getPet", "addPet", "reset"]),
        ({"prefix": "/pets"}, ["reset"]),
        ({"prefix": "/pet", "methods": ["POST", "PUT"]}, ["getPet", "reset"]),
        ({"pattern": "s$"}, ["getPet", "reset"]),
        ({"methods": ["GET"]}, ["addPet", "reset"]),
        ({"tags": ["write"]}, ["getPet", "reset"]),
        ({"tags": ["write", "admin"]}, ["getPet", "addPet", "reset"]),
        ({"methods": ["GET"], "tags": ["write"]}, ["getPet", "addPet", "reset"]),
        ({}, []),
    ],
    ids=str,
)
async def test_a_rule_picks_operations_by_path_prefix_pattern_method_and_tag(pets, rule, left):
    assert await names(pets({"routeMaps": [{**rule, "mcpType": "EXCLUDE"}]})) == left


async def test_an_operation_may_become_a_resource(pets, spec, api):
    del spec["paths"]["/pets/{name}"]["get"]["parameters"]
    spec["paths"]["/all"] = spec["paths"].pop("/pets/{name}")
    server = pets({"routeMaps": [{"methods": ["GET"], "mcpType": "RESOURCE"}]}, spec)
    async with Client(server) as client:
        (resource,) = await client.list_resources()
        (content,) = await client.read_resource(resource.uri)
    assert json.loads(content.text) == {"path": "/v1/all"}


async def test_tags_and_words_before_the_description_are_for_all_components_or_those_of_a_rule(pets):
    options = {
        "mcpTags": ["shop"],
        "descriptionPrefix": "[Example shop]",
        "routeMaps": [
            {"prefix": "/admin", "mcpType": "TOOL", "mcpTags": ["careful"], "descriptionPrefix": "Ask first."}
        ],
    }
    tools = {tool.name: tool for tool in await pets(options).list_tools()}
    assert {name: tool.tags for name, tool in tools.items()} == {
        "getPet": {"shop"},
        "addPet": {"shop", "write"},
        "reset": {"shop", "careful", "admin"},
    }
    assert tools["addPet"].description.startswith("[Example shop] Add a pet.")
    assert tools["reset"].description.startswith("Ask first. ")


async def test_a_tool_says_what_its_method_promises(pets):
    tools = {tool.name: tool.annotations for tool in await pets().list_tools()}
    assert (tools["getPet"].read_only_hint, tools["getPet"].idempotent_hint) == (True, True)
    assert (tools["addPet"].read_only_hint, tools["addPet"].idempotent_hint) == (False, False)


async def test_options_that_concern_nothing_are_in_the_log(pets, capsys):
    pets({"routeMaps": [{"prefix": "/cats", "mcpType": "EXCLUDE"}], "mcpNames": {"getCat": "cat"}})
    assert capsys.readouterr().err.splitlines() == [
        "pets: routeMaps[0] decides about no operation",
        "pets: mcpNames: no operation has the operationId 'getCat'",
    ]


async def test_tools_can_be_renamed(pets):
    assert await names(pets({"mcpNames": {"getPet": "pet"}})) == ["pet", "addPet", "reset"]


async def test_an_answer_that_is_not_as_described_is_passed_on(pets, ask):
    assert not (await ask(pets(), "getPet", name="rex")).is_error


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
        ('{"swagger": "2.0"}', "is Swagger 2.0; convert it to OpenAPI 3.1"),
        ('{"openapi": "3.2.0"}', "is OpenAPI 3.2.0; only 3.0 and 3.1 can be read"),
        ('{"openapi": "4.0.0"}', "not OpenAPI 3"),
        ("[" * 100_000, "nested deeper than 100 levels"),
        ('{"openapi": ' + "[" * 100_000, "nested deeper than 100 levels"),
    ],
    ids=["empty", "half json", "half yaml", "list", "swagger", "next", "future", "deep", "deep json"],
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


def test_half_of_a_credential_is_named(spec_file):
    auth = {"type": "basic", "username": "PETS_USER", "password": "PETS_PASSWORD"}
    ran = run("--spec", str(spec_file), "--options", json.dumps({"auth": auth}), env={"PETS_USER": "me"})
    assert ran.returncode == 1
    assert ran.stderr.endswith(": PETS_PASSWORD is not set, and PETS_USER is\n")


def test_an_address_without_a_host_is_refused(spec_file):
    ran = run("--spec", str(spec_file), "--base-url", "https:///v1")
    assert ran.returncode == 1
    assert "has no host" in ran.stderr


# Schemas


def posting(spec, schemas):
    spec["components"] = {"schemas": schemas}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    spec["paths"]["/pets"]["post"]["requestBody"] = body
    return spec


def doubling(levels):
    """Schemas that double with each level when their references are written out."""
    fields = [
        {"x": {"$ref": f"#/components/schemas/A{n}"}, "y": {"$ref": f"#/components/schemas/A{n}"}}
        for n in range(levels)
    ]
    made = {f"A{n + 1}": {"type": "object", "properties": field} for n, field in enumerate(fields)}
    return {**made, "A0": {"type": "string"}, "A": {"type": "object", "properties": fields[-1]}}


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/A"}}}},
        {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
        doubling(30),
    ],
    ids=["in itself", "in a circle", "doubling"],
)
async def test_references_that_never_end_or_multiply_make_small_tools(pets, spec, schemas):
    async with Client(pets(spec=posting(spec, schemas))) as client:
        tools = await client.list_tools()
    assert [tool.name for tool in tools] == ["getPet", "addPet", "reset"]
    assert len(json.dumps([tool.input_schema for tool in tools])) < 10_000


async def test_references_are_written_out_for_clients_that_read_none(pets, spec):
    schemas = {
        "A": {"type": "object", "properties": {"size": {"$ref": "#/components/schemas/B"}}},
        "B": {"enum": ["S"]},
    }
    async with Client(pets(spec=posting(spec, schemas))) as client:
        tools = {tool.name: tool for tool in await client.list_tools()}
    assert tools["addPet"].input_schema["properties"]["size"] == {"enum": ["S"]}
