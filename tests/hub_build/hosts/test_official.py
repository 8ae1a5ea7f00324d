"""Every answer of the official API's addresses, as it comes over the wire, against the official OpenAPI document."""

import json
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pytest
import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

SHARED = Path(__file__).parents[4] / "shared/corpus/official"


@pytest.fixture(scope="module")
def official():
    if not SHARED.exists():
        pytest.skip("the official OpenAPI document lies outside the repository")
    document = yaml.safe_load((SHARED / "registry-openapi.yaml").read_text())
    # OpenAPI 3.1 has no such key at the top, and a strict reader refuses the document for it.
    del document["$id"]
    return OpenAPI.from_dict(document)


@pytest.fixture(scope="module")
def schema(official):
    return jsonschema.Draft7Validator(json.loads((SHARED / "server.schema.2025-12-11.json").read_text()))


def checked(official, host, target, media_type=None):
    answer = host.ask(target)
    response = MockResponse(answer.body, answer.status, content_type=media_type or answer.headers["Content-Type"])
    official.validate_response(MockRequest("http://localhost", "GET", target.partition("?")[0]), response)
    return answer


def test_every_answer_keeps_the_official_document(official, schema, host, compiled):
    listed = checked(official, host, "/v0.1/servers?limit=50&version=latest").json
    assert listed["metadata"]["count"] == len(listed["servers"]) == len(compiled.documents) - 1
    for document in compiled.documents:
        name, version = quote(document.entry.name, safe=""), quote(document.entry.version, safe="")
        versions = checked(official, host, f"/v0.1/servers/{name}/versions").json
        one = checked(official, host, f"/v0.1/servers/{name}/versions/{version}").json
        assert one in versions["servers"]
        schema.validate(one["server"])
        if document.entry.status != "withdrawn":
            assert checked(official, host, f"/v0.1/servers/{name}/versions/latest").json in listed["servers"]


@pytest.mark.parametrize("rest", ["versions", "versions/latest", "versions/1.0.0"])
def test_what_is_not_there_keeps_the_official_document(official, host, rest):
    target = f"/v0.1/servers/io.github.nobody%2Fnothing/{rest}"
    # The document knows application/json alone; the registry itself answers with problem documents, and so do we.
    assert checked(official, host, target, "application/json").status == 404
