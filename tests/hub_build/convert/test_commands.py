import pytest
from tests.hub_build.convert.contract import is_entry

from hub_build.convert import FORMATS, Kind
from hub_build.convert.commands import Refusal, package_of
from hub_build.convert.fields import Fields
from hub_build.convert.secrets import bare_address
from hub_launch.catalog import Entry


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npx -y @example/files@1.2.0 --verbose", ("npm", "@example/files", "1.2.0")),
        ("npx example", ("npm", "example", None)),
        ("npx example@latest", ("npm", "example", None)),
        ("cmd /c npx -y example@1.0.0", ("npm", "example", "1.0.0")),
        ("/usr/local/bin/uvx example==0.3.0", ("pypi", "example", "0.3.0")),
        ("uvx example[extra]@0.3.0", ("pypi", "example", "0.3.0")),
        ("uv tool run example", ("pypi", "example", None)),
        ("pipx run example", ("pypi", "example", None)),
        ("docker run -i --rm -e KEY -v data:/data example/image:1 --x", ("oci", "example/image:1", None)),
        ("podman run -i example/image@sha256:abc", ("oci", "example/image@sha256:abc", None)),
    ],
)
def test_commands_that_start_a_package(command, expected):
    first, *rest = command.split(" ")
    package = package_of(Fields({"command": first, "args": rest}, "", []))
    assert (package["registryType"], package["identifier"], package.get("version")) == expected


@pytest.mark.parametrize(
    "command",
    ["python server.py", "node x.js", "", "npx", "npx -c evil", "npx --package=a b", "uvx --from git+https://x y",
     "npx ./local", "npx github:a/b", "npx https://example.com/x.tgz", "bash -c x", "uv run x", "docker exec x"],
)  # fmt: skip
def test_commands_that_start_something_else_are_refused(command):
    first, *rest = command.split(" ")
    refusal = package_of(Fields({"command": first, "args": rest}, "", []))
    assert isinstance(refusal, Refusal)
    assert refusal.because


def test_an_address_loses_its_credentials():
    assert bare_address("https://u:p@example.com/x?token=abc&lang=en") == (
        "https://example.com/x?token={token}&lang=en",
        ["user information", "token"],
    )
    assert bare_address("https://example.com/x?lang=en") == ("https://example.com/x?lang=en", [])
    assert bare_address("https://[broken") == ("https://[broken", [])


STDIO = {"transport": {"type": "stdio"}}


@pytest.mark.parametrize("form", ["mcp.json", "mcpm", "seed"])
def test_an_entry_that_is_exported_starts_the_same_package_when_it_returns(form, document, convert):
    files = STDIO | {
        "registryType": "npm",
        "identifier": "@example/files",
        "version": "1.2.0",
        "packageArguments": [{"type": "positional", "value": "--x"}],
        "environmentVariables": [{"name": "API_KEY", "isSecret": True, "isRequired": True}],
    }
    clock = STDIO | {"registryType": "pypi", "identifier": "clock", "version": "0.3.0"}
    box = STDIO | {"registryType": "oci", "identifier": "example/box@sha256:" + "0" * 64}
    entries = [document(id_, packages=[one]) for id_, one in (("files", files), ("clock", clock), ("box", box))]
    written, notes = FORMATS[form].write([Entry.model_validate(one) for one in entries])
    assert not [note for note in notes if note.kind is Kind.REFUSED]
    again = convert(written, form)
    assert [one.document["packages"] for one in again] == [one["packages"] for one in entries]


def test_a_module_is_refused_by_forms_of_commands(document, convert):
    entry = Entry.model_validate(document(packages=..., module={"path": "weather.server"}))
    for form in ("mcp.json", "mcpm", "seed", "toolhive"):
        _, notes = FORMATS[form].write([entry])
        assert [note.kind for note in notes if note.field == "weather"] == [Kind.REFUSED]


def test_an_editor_s_remote_server_returns(document, convert):
    remote = {"type": "streamable-http", "url": "https://mcp.example.com/mcp",
              "headers": [{"name": "Authorization", "isRequired": True, "isSecret": True}]}  # fmt: skip
    written, _ = FORMATS["mcp.json"].write([Entry.model_validate(document(packages=..., remotes=[remote]))])
    (one,) = convert(written, "mcp.json")
    assert one.document["remotes"] == [remote]


def test_an_openapi_server_of_a_seed_returns(document, convert):
    openapi = {
        "url": "https://api.example.com/openapi.json",
        "baseUrl": "https://api.example.com",
        "environmentVariables": [{"name": "PETS_TOKEN", "isRequired": True, "isSecret": True}],
        "auth": {"type": "bearer", "variable": "PETS_TOKEN"},
        "routeMaps": [{"methods": ["GET"], "pattern": "^/pets", "mcpType": "RESOURCE", "mcpTags": ["read"]}],
        "mcpNames": {"listPets": "list_pets"},
        "timeoutSeconds": 30,
    }
    written, _ = FORMATS["seed"].write([Entry.model_validate(document(packages=..., openapi=openapi))])
    (one,) = convert(written, "seed")
    assert one.document["openapi"] == openapi


@pytest.mark.parametrize("form", ["mcp.json", "mcpm", "seed"])
@pytest.mark.parametrize("value", [None, 5, "x", [], [[]], True, {}, {"command": [], "args": {}},
                                   {"installations": {"x": 5}}, {"command": "npx", "args": [[], {}]},
                                   {"url": 5}, {"openapi_config": []}, {"package": {}, "registry_name": "npm"},
                                   {"openapi_config": {"auth_config": 5, "route_maps": [5], "timeout": []}},
                                   {"registry_name": "npm", "package_arguments": [[]], "env": [5]}])  # fmt: skip
def test_wrong_types_are_notes(form, value, convert):
    key = {"mcp.json": "mcpServers", "seed": "servers"}.get(form)
    document = {key: {"x": value}} if key else {"x": value}
    results = convert(document, form)
    assert len(results) == 1
    assert not is_entry(results[0].document or {})
    assert results[0].notes
