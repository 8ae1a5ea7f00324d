"""openapi.yaml is what is served: compared with the files in both directions, and with their content."""

import json
import re

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from hub_build.hosts.rules import HOST_FILES, content_type
from hub_build.outputs import openapi, sitemap


@pytest.fixture
def files(built, build, registry, monkeypatch):
    # A sitemap of several parts too.
    monkeypatch.setattr(sitemap, "MAX_ADDRESSES", 2)
    return build(registry).files


@pytest.fixture
def document(files):
    return yaml.safe_load(files["openapi.yaml"])


def served(path):
    """The address that a file answers for."""
    return "/" + path.removesuffix("/index.json") if path.startswith(("v0/", "v0.1/")) else f"/{path}"


def template_of(address, document):
    found = [path for path in document["paths"] if re.fullmatch(pattern(path), address)]
    # A server's full name has a slash in it, and a fixed word is meant before a parameter is.
    return min(found, key=lambda path: path.count("{"), default=None)


def pattern(path):
    parts = {"serverName": r"[^/]+/[^/]+", "sha256": r"[a-f0-9]{64}", "list": "commands|names", "number": r"\d+"}
    return re.sub(r"\\\{(\w+)\\\}", lambda found: f"(?:{parts.get(found[1], '[^/]+')})", re.escape(path))


def test_it_is_an_openapi_document(document):
    validate(document)
    assert document["servers"] == [{"url": "https://registry.example.com/mcp"}]


def test_every_file_is_described_and_everything_described_is_there(files, document):
    used = {template_of(served(path), document) for path in files if f"/{path}" not in HOST_FILES}
    assert used == set(document["paths"])


def test_every_file_has_the_form_and_the_type_that_are_described(files, document):
    schemas = Registry().with_resource("urn:api", DRAFT202012.create_resource(document))
    for path, data in files.items():
        if f"/{path}" in HOST_FILES:
            continue
        described = document["paths"][template_of(served(path), document)]["get"]["responses"]["200"]["content"]
        ((media_type, content),) = described.items()
        assert content_type(f"/{path}").partition(";")[0] == media_type
        if reference := content.get("schema", {}).get("$ref"):
            Draft202012Validator({"$ref": f"urn:api{reference}"}, registry=schemas).validate(json.loads(data))


def test_what_may_be_missing_says_so(document):
    for path, item in document["paths"].items():
        assert ("404" in item["get"]["responses"]) == ("{" in path or path == "/sitemap.xml")


def test_every_parameter_is_explained(document):
    for path, item in document["paths"].items():
        named = [one["name"] for one in item["get"].get("parameters", ())]
        assert named == re.findall(r"\{(\w+)\}", path)


def test_without_an_address_of_its_own_the_site_is_where_the_document_is():
    assert openapi.description("Ours", "")["servers"] == [{"url": "/"}]
