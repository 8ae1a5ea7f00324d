import json

import pytest

from hub_build.scaffold.openapi import SpecFacts, drafted, from_openapi
from hub_launch.errors import HubError


def spec(**changes):
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Pet Store API v2", "version": "2.1.0", "license": {"name": "MIT License"}},
        "servers": [{"url": "https://api.pets.example/v2"}],
        "paths": {"/pets": {"get": {"operationId": "listPets"}}},
    }
    return document | changes


def entry(request_, **changes):
    return drafted(SpecFacts(spec(**changes), url="https://docs.pets.example/openapi.json"), request_())


def test_a_description_becomes_an_entry(request_):
    document = entry(request_).document
    assert (document["id"], document["title"], document["version"]) == ("pet-store", "Pet Store", "2.1.0")
    assert (document["name"], document["license"]) == ("example.pets/pet-store", "MIT")
    assert document["openapi"]["baseUrl"] == "https://api.pets.example/v2"
    assert document["permissions"] == {"network": ["api.pets.example"]}


@pytest.mark.parametrize(
    ("servers", "base_url"),
    [
        ([{"url": "/v3"}], "https://docs.pets.example/v3"),
        ([], "https://docs.pets.example"),
        ([{"url": "http://a.example"}, {"url": "https://b.example/"}], "https://b.example"),
    ],
)
def test_the_address_of_the_api_may_be_relative_to_its_description(request_, servers, base_url):
    assert entry(request_, servers=servers).document["openapi"]["baseUrl"] == base_url


def test_variables_of_the_address_are_asked(request_):
    servers = [
        {
            "url": "https://{region}.pets.example/{tenant}",
            "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}},
        }
    ]
    document = entry(request_, servers=servers).document
    assert document["openapi"]["variables"]["region"] == {"choices": ["eu", "us"], "default": "eu"}
    assert document["openapi"]["variables"]["tenant"]["isRequired"]
    assert document["smoke"] == {"arguments": {"tenant": ["example"]}}


CLIENT_CREDENTIALS = {"tokenUrl": "https://login.pets.example/token", "scopes": {"pets:read": "Read pets."}}


@pytest.mark.parametrize(
    ("scheme", "auth", "names"),
    [
        ({"type": "http", "scheme": "bearer"}, {"type": "bearer", "variable": "PET_STORE_TOKEN"}, ["PET_STORE_TOKEN"]),
        ({"type": "oauth2", "flows": {}}, {"type": "bearer", "variable": "PET_STORE_TOKEN"}, ["PET_STORE_TOKEN"]),
        (
            {"type": "apiKey", "in": "query", "name": "key"},
            {"type": "apiKey", "in": "query", "name": "key", "variable": "PET_STORE_API_KEY"},
            ["PET_STORE_API_KEY"],
        ),
        (
            {"type": "apiKey", "in": "cookie", "name": "session"},
            {"type": "apiKey", "in": "cookie", "name": "session", "variable": "PET_STORE_API_KEY"},
            ["PET_STORE_API_KEY"],
        ),
        (
            {"type": "oauth2", "flows": {"clientCredentials": CLIENT_CREDENTIALS}},
            {
                "type": "oauth2",
                "tokenUrl": "https://login.pets.example/token",
                "clientId": "PET_STORE_CLIENT_ID",
                "clientSecret": "PET_STORE_CLIENT_SECRET",
                "scopes": ["pets:read"],
            },
            ["PET_STORE_CLIENT_ID", "PET_STORE_CLIENT_SECRET"],
        ),
        (
            {"type": "http", "scheme": "basic"},
            {"type": "basic", "username": "PET_STORE_USERNAME", "password": "PET_STORE_PASSWORD"},
            ["PET_STORE_USERNAME", "PET_STORE_PASSWORD"],
        ),
    ],
)
def test_credentials_are_variables(request_, scheme, auth, names):
    changes = {"components": {"securitySchemes": {"one": scheme}}, "security": [{"one": []}]}
    openapi = entry(request_, **changes).document["openapi"]
    assert openapi["auth"] == auth
    assert [variable["name"] for variable in openapi["environmentVariables"]] == names
    assert openapi["environmentVariables"][-1]["isSecret"]


def test_where_tokens_come_from_is_reached_too(request_):
    scheme = {"type": "oauth2", "flows": {"clientCredentials": CLIENT_CREDENTIALS}}
    changes = {"components": {"securitySchemes": {"one": scheme}}, "security": [{"one": []}]}
    network = entry(request_, **changes).document["permissions"]["network"]
    assert network[-1] == "login.pets.example"
    assert len(network) == 2


def test_a_scheme_that_no_operation_needs_is_left_out(request_):
    draft = entry(request_, components={"securitySchemes": {"one": {"type": "http", "scheme": "bearer"}}})
    assert "auth" not in draft.document["openapi"]
    assert "one" in draft.remarks["openapi", "baseUrl"]


def test_operations_that_cannot_be_tools_by_their_names_get_others(request_):
    paths = {"/pets": {"get": {"operationId": "pets.list all"}, "post": {"operationId": "addPet"}}}
    assert entry(request_, paths=paths).document["openapi"]["mcpNames"] == {"pets.list all": "pets_list_all"}


def test_many_operations_are_remarked_on(request_):
    paths = {f"/pets/{number}": {"get": {"operationId": f"get{number}"}} for number in range(50)}
    assert "50 operations" in entry(request_, paths=paths).remarks["openapi",]


def test_a_file_is_published_with_the_registry_under_the_name_that_it_has_there(request_, tmp_path):
    outside = tmp_path / "spec.json"
    outside.write_text(json.dumps(spec()))
    (tmp_path / "registry" / "openapi").mkdir(parents=True)
    inside = tmp_path / "registry" / "openapi" / "pets.json"
    inside.write_text(json.dumps(spec()))
    request = request_(registry=tmp_path / "registry")

    brought, there = from_openapi(str(outside), request), from_openapi(str(inside), request)

    assert brought.files == {"pet-store.json": outside.read_bytes()}
    assert (there.document["openapi"]["file"], list(there.files)) == ("pets.json", ["pets.json"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"swagger": "2.0"}'),
        ("a.json", "{"),
        ("a.yaml", "a: b"),
        ("a.txt", "{}"),
        ("missing.json", None),
    ],
)
def test_what_is_no_description_is_refused_with_a_hint(request_, tmp_path, name, text):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(HubError) as raised:
        from_openapi(str(tmp_path / name), request_())
    assert raised.value.hint
