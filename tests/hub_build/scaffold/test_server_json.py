import json

import pytest

from hub_build.scaffold import drafted, server_json
from hub_build.upstream import Release, Upstream
from hub_launch.errors import HubError

SERVER = {
    "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    "name": "io.github.a/weather",
    "description": "Forecasts for any place.",
    "version": "1.2.0",
    "repository": {"url": "https://github.com/a/weather", "source": "github"},
    "packages": [
        {"registryType": "npm", "identifier": "@a/weather", "version": "1.2.0", "transport": {"type": "stdio"}}
    ],
}


@pytest.fixture
def written(tmp_path):
    def write(document):
        path = tmp_path / "server.json"
        path.write_text(json.dumps(document))
        return str(path)

    return write


@pytest.fixture
def upstream(monkeypatch):
    """What a registry says, given instead of asked."""
    answers = {}

    def release(identifier, version):
        found = answers.get((identifier, version), HubError("nobody there"))
        if isinstance(found, HubError):
            raise found
        return found

    monkeypatch.setitem(server_json.UPSTREAMS, "npm", Upstream(release, lambda _: (), lambda *_: None))
    return answers


def test_what_a_form_has_no_room_for_is_asked_of_the_package(request_, written, upstream):
    upstream["@a/weather", "1.2.0"] = Release("npm", "@a/weather", "1.2.0", integrity="sha512-x", license="ISC")

    draft = drafted(written(SERVER), request_())

    assert draft.document["packages"][0]["integrity"] == "sha512-x"
    assert draft.document["license"] == "ISC"
    assert ("packages", 0) not in draft.remarks


def test_a_server_json_becomes_an_entry_with_remarks_on_what_it_does_not_say(request_, written, upstream):
    draft = drafted(written(SERVER), request_())

    assert (draft.document["id"], draft.document["version"]) == ("weather", "1.2.0")
    assert draft.document["published"] == "2026-11-21"
    assert draft.document["maintainers"] == ["a"]
    assert {("id",), ("license",), ("maintainers",), ("categories",)} <= draft.remarks.keys()
    assert "integrity" in draft.remarks["packages", 0]


@pytest.mark.parametrize("document", [{"hello": 1}, {"servers": [SERVER, SERVER | {"name": "io.github.a/other"}]}])
def test_what_is_not_one_server_is_refused_with_a_hint(request_, written, document):
    with pytest.raises(HubError) as raised:
        drafted(written(document), request_())
    assert raised.value.hint


def test_a_file_that_is_not_there_is_told(request_):
    with pytest.raises(HubError, match="no file"):
        drafted("missing/server.json", request_())
