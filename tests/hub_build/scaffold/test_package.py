from hub_build.scaffold import Tool, Trial
from hub_build.scaffold.code import Code
from hub_build.scaffold.package import PackageFacts, drafted, with_trial
from hub_build.upstream import Release

README = """\
# Weather MCP Server

Forecasts for assistants.

```json
{"mcpServers": {"weather": {"command": "npx", "args": ["-y", "@a/weather-mcp", "/path/to/cache"],
 "env": {"WEATHER_KEY": "your-key"}}}}
```

- `--units`: The units to use
- `WEATHER_KEY`: The key of your account
"""

RELEASE = Release(
    "npm",
    "@a/weather-mcp",
    "1.2.0",
    integrity="sha512-" + "A" * 86 + "==",
    license="MIT",
    description="MCP server for weather forecasts",
    repository="https://github.com/a/weather-mcp",
    readme=README,
    keywords=("weather", "mcp"),
    executables=("weather-mcp",),
)


def test_a_package_becomes_an_entry(request_):
    document = drafted(PackageFacts(RELEASE), request_()).document

    assert {key: document[key] for key in ("id", "name", "title", "description", "version", "license")} == {
        "id": "weather",
        "name": "io.github.a/weather-mcp",
        "title": "Weather",
        "description": "Weather forecasts",
        "version": "1.2.0",
        "license": "MIT",
    }
    (package,) = document["packages"]
    assert [value.get("valueHint") or value["name"] for value in package["packageArguments"]] == ["path", "--units"]
    assert [value["name"] for value in package["environmentVariables"]] == ["WEATHER_KEY"]
    assert document["permissions"] == {"network": "any", "filesystem": "arguments"}
    assert document["smoke"] == {"arguments": {"path": ["."]}}
    assert document["update"] == {"from": "npm"}


def test_every_guess_has_a_remark(request_):
    draft = drafted(PackageFacts(RELEASE), request_())
    assert {("name",), ("title",), ("description",), ("maintainers",), ("categories",)} <= draft.remarks.keys()
    assert ("license",) not in draft.remarks
    assert ("version",) not in draft.remarks


def test_a_claimed_name_is_no_guess(request_):
    release = Release("npm", "a", "1.0.0", server_name="com.example/weather")
    draft = drafted(PackageFacts(release), request_())
    assert draft.document["name"] == "com.example/weather"
    assert ("name",) not in draft.remarks


def test_a_package_that_says_nothing_is_an_entry_all_the_same(request_):
    document = drafted(PackageFacts(Release("pypi", "thing", "1.0")), request_()).document
    assert document["license"] == "LicenseRef-Unknown"
    assert document["maintainers"] == ["your-github-login"]
    assert document["permissions"] == {"network": "none", "filesystem": "none"}


def test_who_asks_is_the_maintainer(request_):
    assert drafted(PackageFacts(RELEASE), request_(login="ann")).document["maintainers"] == ["ann"]


def test_a_withdrawn_release_is_marked(request_):
    release = Release("npm", "a", "1.0.0", withdrawn="moved to b")
    draft = drafted(PackageFacts(release), request_())
    assert draft.document["status"] == "deprecated"
    assert "moved to b" in draft.remarks["status",]


def test_variables_that_only_the_code_knows_are_named_in_a_remark(request_):
    code = Code(variables=frozenset(["WEATHER_KEY", "WEATHER_CACHE"]), hosts=("api.weather.test",), network=True)
    draft = drafted(PackageFacts(RELEASE, code), request_())
    assert "WEATHER_CACHE" in draft.remarks["packages", 0, "environmentVariables"]
    assert "api.weather.test" in draft.remarks["permissions", "network"]


def test_a_start_adds_flags_of_the_help_and_a_call(request_):
    draft = drafted(PackageFacts(RELEASE), request_())
    usage = "Options:\n  --cache-days <days>  How long forecasts are kept\n  --units <name>  The units\n"

    with_trial(draft, Trial((Tool("set_place"), Tool("list_places", simple=True)), usage=usage))

    names = [value.get("name") for value in draft.document["packages"][0]["packageArguments"]]
    assert names == [None, "--units", "--cache-days"]
    assert draft.document["smoke"] == {"arguments": {"path": ["."]}, "calls": [{"tool": "list_places"}]}


def test_a_start_that_failed_is_told(request_):
    draft = with_trial(drafted(PackageFacts(RELEASE), request_()), Trial(failed="it ended at once"))
    assert "it ended at once" in draft.remarks["id",]


def test_an_image_is_named_by_its_digest_alone(request_):
    digest = "sha256:" + "a" * 64
    release = Release("oci", f"images.example/a/weather-mcp@{digest}", "1.2.0", integrity=digest)
    document = drafted(PackageFacts(release), request_()).document
    assert (document["id"], document["version"], document["update"]) == ("weather", "1.2.0", {"from": "oci"})
    assert document["packages"] == [
        {"registryType": "oci", "identifier": release.identifier, "transport": {"type": "stdio"}}
    ]
