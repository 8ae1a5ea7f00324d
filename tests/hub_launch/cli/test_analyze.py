import json

import pytest
import yaml

from hub_launch.catalog import Entry

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Pet Shop", "version": "2.1"},
    "servers": [{"url": "https://pets.example.com/v2/"}],
    "paths": {
        "/pets": {
            "get": {"operationId": "listPets", "summary": "List pets", "tags": ["pets"]},
            "post": {
                "operationId": "addPet",
                "summary": "Add a pet",
                "tags": ["pets"],
                "requestBody": {"content": {"multipart/form-data": {}}},
            },
        },
        "/pets/{id}": {"delete": {"operationId": "removePet", "summary": "Remove", "tags": ["pets"]}},
        "/admin/users": {"get": {"operationId": "users", "summary": "All users", "tags": ["staff"]}},
        "/administration": {"get": {"operationId": "hours", "summary": "Opening hours"}},
        "/health": {"get": {}},
        "/old": {"get": {"operationId": "old", "summary": "Old", "deprecated": True}},
    },
}


@pytest.fixture
def spec(tmp_path):
    def write(document=SPEC, name="pets.json"):
        path = tmp_path / name
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return str(path)

    return write


@pytest.fixture
def found(cli, spec):
    return json.loads(cli("analyze", spec(), "--format", "json").out)


def test_operations_are_counted_by_method_and_tag(found):
    assert found["operations"] == 7
    assert found["methods"] == {"GET": 5, "POST": 1, "DELETE": 1}
    assert found["tags"] == {"pets": 3, "staff": 1}


def test_what_may_be_no_good_tool_is_named_with_the_reason(found):
    why = {one["why"].partition(":")[0]: one["operations"] for one in found["suspicions"]}
    assert why == {
        "are for whoever runs the API": ["GET /admin/users"],
        "are for programs that watch or are called back": ["GET /health"],
        "delete something": ["DELETE /pets/{id}"],
        "are deprecated": ["GET /old"],
        "want files or forms, which assistants seldom can give": ["POST /pets"],
        "have no operationId": ["GET /health"],
        "say nothing of what they do, so that an assistant cannot know": ["GET /health"],
    }


def test_people_read_it_as_sentences(cli, spec, tmp_path):
    ran = cli("analyze", spec(), "-o", str(tmp_path / "entry.yaml"))
    said = ran.out.splitlines()
    assert said[0] == "Pet Shop 2.1: 7 operations"
    place = said.index("look at those that")
    assert "  delete something: DELETE /pets/{id}" in said[place:]
    # Its description is a file here, which no registry has yet.
    assert "the description as registry/openapi/pet-shop.json" in ran.err


def test_the_suggested_maps_leave_just_those_out_when_a_server_is_really_made(cli, spec, tmp_path):
    ran = cli("analyze", spec(), "--test", "-o", str(tmp_path / "entry.yaml"), "--id", "pets", "--format", "json")
    assert ran.code == 0, ran.err
    assert sorted(json.loads(ran.out)["tools"]) == ["addPet", "hours", "listPets"]


def test_the_entry_is_valid_and_says_where_the_api_is(cli, spec, tmp_path):
    path = tmp_path / "entry.yaml"
    assert cli("analyze", spec(), "-o", str(path), "--name", "com.example/pets").code == 0
    entry = Entry.model_validate(yaml.safe_load(path.read_text()))
    assert (entry.id, entry.name, entry.version) == ("pet-shop", "com.example/pets", "2.1")
    assert entry.openapi.base_url == "https://pets.example.com/v2"
    assert entry.openapi.file == "pet-shop.json"
    again = cli("analyze", spec(), "-o", str(path))
    assert (again.code, "exists, and is not overwritten" in again.err) == (2, True)


def test_people_read_it_as_lines(cli, spec):
    said = cli("analyze", spec()).out
    assert said.startswith("Pet Shop 2.1: 7 operations\n  methods  5 GET, 1 POST, 1 DELETE\n")
    assert "    - {methods: [DELETE], mcpType: EXCLUDE}\n" in said


def test_an_api_with_more_than_an_assistant_can_choose_among_is_told(cli, spec):
    paths = {f"/things/{number}": {"get": {"operationId": f"t{number}", "summary": "x"}} for number in range(41)}
    assert "choose badly among more than 40 tools" in cli("analyze", spec({**SPEC, "paths": paths})).out


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "a: [", '{"swagger": "2.0"}', '{"openapi": "4.0.0"}', "[" * 10_000], ids=range(7)
)
def test_what_is_no_description_is_exit_2(cli, spec, text):
    ran = cli("analyze", spec(text))
    assert ran.code == 2
    assert "error: " in ran.err
    assert "defect" not in ran.err


def test_a_file_that_is_not_there_is_exit_2(cli, tmp_path):
    assert cli("analyze", str(tmp_path / "none.yaml")).code == 2


def test_hostile_words_in_a_description_are_shown_as_what_they_are(cli, spec):
    document = {**SPEC, "info": {"title": "\x1b[2J<script>", "version": "1"}}
    said = cli("analyze", spec(document))
    assert "\x1b" not in said.out
    assert said.code == 0
