import pytest

from hub_build.would_run import would_run
from hub_launch.catalog import Entry


@pytest.fixture
def would(document):
    def would(**changes):
        return would_run(Entry.model_validate(document(**changes), by_alias=True, by_name=False))

    return would


def package(**changes):
    one = {"registryType": "npm", "identifier": "@example/weather", "version": "1.4.0", "transport": {"type": "stdio"}}
    return {"packages": [one | changes]}


def test_the_command_is_the_launchers(would):
    (one,) = would(**package())
    assert (one.does, one.what, one.variables) == ("runs", "npx --yes @example/weather@1.4.0", ())


def test_every_alternative_is_shown_best_first(would):
    pypi = {"registryType": "pypi", "identifier": "weather", "version": "1.4.0", "transport": {"type": "stdio"}}
    remote = {"type": "streamable-http", "url": "https://example.com/mcp"}
    both = would(packages=[pypi, *package()["packages"]], remotes=[remote])
    assert [one.what for one in both] == [
        "uvx weather@1.4.0",
        "npx --yes @example/weather@1.4.0",
        "https://example.com/mcp",
    ]
    assert both[2].does == "connects to"


def test_what_a_user_gives_is_shown_by_its_name(would):
    folder = {"type": "positional", "valueHint": "folder", "isRequired": True, "format": "filepath"}
    unit = {"type": "named", "name": "--unit", "isRequired": True, "choices": ["c", "f"]}
    quiet = {"type": "named", "name": "--quiet", "isRequired": True, "format": "boolean"}
    (one,) = would(**package(packageArguments=[folder, unit, quiet, {"type": "named", "name": "--extra"}]))
    assert one.what == "npx --yes @example/weather@1.4.0 '<folder>' --unit c --quiet"


def test_a_folder_of_the_user_is_shown_as_it_is_given_and_shared_with_a_container(would):
    image = {"registryType": "oci", "identifier": f"ghcr.io/example/weather@sha256:{'a' * 64}"}
    folder = {"type": "positional", "valueHint": "folder", "isRequired": True, "format": "filepath"}
    here = {"type": "positional", "valueHint": "here", "format": "filepath", "default": "."}
    below = {"name": "BELOW", "format": "filepath", "default": "./data"}
    parts = {"packageArguments": [folder, here], "environmentVariables": [below]}
    (one,) = would(**package(**image, **parts), permissions={"filesystem": "arguments"})
    assert one.argv[-2:] == ("<folder>", ".")
    assert one.values == {"BELOW": "data"}
    assert "type=bind,source=.,target=." in one.argv


def test_variables_and_headers_are_named(would):
    key = {"name": "KEY", "isRequired": True, "isSecret": True}
    (one,) = would(**package(environmentVariables=[key, {"name": "MODE", "value": "x"}]))
    assert one.variables == ("KEY", "MODE")
    remote = {"type": "sse", "url": "https://{place}.example.com/sse", "variables": {"place": {"isRequired": True}}}
    header = {"name": "Authorization", "value": "Bearer {token}", "variables": {"token": {"isSecret": True}}}
    (one,) = would(packages=..., remotes=[{**remote, "headers": [header]}])
    assert one.variables == ("Authorization",)


def test_what_cannot_be_started_says_why(would):
    (one,) = would(**package(registryType="nuget", identifier="Example.Weather"))
    assert (one.what, one.problem.startswith("weather can only be started as nuget")) == ("", True)
    (one,) = would(**package(transport={"type": "streamable-http", "url": "http://127.0.0.1:80/mcp"}))
    assert "cannot be started yet" in one.problem


def test_nothing_of_this_machine_is_shown(would):
    (one,) = would(packages=..., module={"path": "weather"})
    assert one.what.startswith("python -P -m ")


def test_a_command_is_never_shortened_and_always_printable(would):
    long = {"type": "positional", "value": "a" * 5000 + "\x1b[31m"}
    (one,) = would(**package(packageArguments=[long]))
    assert "a" * 5000 in one.what
    assert "\x1b" not in one.what
