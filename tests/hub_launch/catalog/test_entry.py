import pytest
from pydantic import ValidationError

from hub_launch.catalog import Entry


def problem(document):
    """The first thing that is wrong with a document, as `place: message`."""
    with pytest.raises(ValidationError) as caught:
        Entry.model_validate(document)
    first = caught.value.errors(include_url=False)[0]
    return ".".join(map(str, first["loc"])) + ": " + first["msg"]


def test_a_publishers_document_is_read(document):
    entry = Entry.model_validate(document("time", tags=["local"]))
    assert (entry.id, entry.status, entry.tags) == ("time", "active", ("local",))


def test_an_entry_cannot_be_changed(entry):
    with pytest.raises(ValidationError, match="frozen"):
        entry().title = "Other"


@pytest.mark.parametrize(
    "key", ["id", "name", "title", "description", "version", "published", "license", "maintainers", "categories"]
)
def test_what_every_entry_must_say(document, key):
    assert problem(document(**{key: None})) == f"{key}: Field required"


def test_an_unknown_key_is_refused(document):
    assert problem(document(homepage="x")) == "homepage: Extra inputs are not permitted"


def test_a_misspelt_key_deep_inside_is_refused_where_it_is(document, npm):
    package = npm(environmentVariables=[{"name": "TOKEN", "issecret": True}])
    assert problem(document(packages=[package])) == (
        "packages.0.environmentVariables.0.issecret: Extra inputs are not permitted"
    )


def test_an_entry_needs_one_way_to_start(document):
    assert "needs one of packages, remotes, openapi, module and extensions" in problem(document(packages=None))


@pytest.mark.parametrize(
    "way",
    [
        {"remotes": [{"type": "sse", "url": "https://a.example/sse"}]},
        {"openapi": {"url": "https://a.example/openapi.json", "baseUrl": "https://a.example"}},
        {"module": {"path": "a.b"}},
    ],
    ids=["remote", "openapi", "module"],
)
def test_each_way_is_enough(document, way):
    assert Entry.model_validate(document(packages=None, **way))


@pytest.mark.parametrize("key", ["packages", "remotes"])
def test_an_empty_list_of_ways_is_refused(document, key):
    assert problem(document(**{key: []})).startswith(f"{key}: Tuple should have at least 1 item")


def test_a_category_is_one_of_the_list(document):
    assert problem(document(categories=["misc"])).startswith("categories.0: Input should be 'ai'")


def test_there_are_three_categories_at_the_most(document):
    assert problem(document(categories=["ai", "web", "data", "git"])).startswith("categories: ")


@pytest.mark.parametrize("subfolder", ["../x", "a/../b", "/abs", "a//b", "a\\b", ".", "a b"])
def test_a_subfolder_stays_in_its_repository(document, subfolder):
    repository = {"url": "https://github.com/a/b", "source": "github", "subfolder": subfolder}
    assert problem(document(repository=repository)).startswith("repository.subfolder: ")


@pytest.mark.parametrize("network", ["none", "loopback", "any", ["api.example.com", "*.example.com:443"]])
def test_network_permission_is_a_word_or_hosts(document, network):
    entry = Entry.model_validate(document(permissions={"network": network}))
    assert entry.model_dump(mode="json", exclude_unset=True)["permissions"]["network"] == network


def test_a_host_with_a_path_is_no_permission(document):
    assert problem(document(permissions={"network": ["https://a.example/"]})).startswith("permissions.network")


@pytest.mark.parametrize(("flag", "value"), [("isRequired", "yes"), ("isRequired", 1), ("isSecret", "true")])
def test_a_flag_is_true_or_false_and_no_word_for_it(document, npm, flag, value):
    package = npm(environmentVariables=[{"name": "TOKEN", flag: value}])
    assert problem(document(packages=[package])).startswith(f"packages.0.environmentVariables.0.{flag}: ")


def test_the_update_key_is_called_from(document):
    entry = Entry.model_validate(document(update={"from": "npm"}))
    assert entry.update.from_ == "npm"
    assert entry.model_dump(mode="json", exclude_unset=True)["update"] == {"from": "npm"}


def test_models_that_build_late_still_make_a_json_schema():
    schema = Entry.model_json_schema(by_alias=True)
    assert schema["title"] == "MCP hub registry entry"
    assert schema["additionalProperties"] is False
    assert "isSecret" in schema["$defs"]["EnvironmentVariable"]["properties"]
