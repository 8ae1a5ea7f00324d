import pytest

from hub_build.pages.differences import differences
from hub_launch.catalog import Entry

ASKED = {"name": "KEY", "isRequired": True, "isSecret": True}


@pytest.fixture
def between(document):
    def told(before, after):
        return list(differences(*(Entry.model_validate(document(**one)) for one in (before, after))))

    return told


def package(**changes):
    return {
        "registryType": "npm",
        "identifier": "@example/weather",
        "version": "1.0.0",
        "transport": {"type": "stdio"},
    } | changes


def test_versions_that_differ_in_their_numbers_alone_have_no_difference(between):
    assert between({"packages": [package()]}, {"version": "2.0.0", "packages": [package(version="2.0.0")]}) == []


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"license": "MIT"}, {"license": "GPL-3.0-only"}, ["licence GPL-3.0-only, was MIT"]),
        (
            {"permissions": {"filesystem": "none"}},
            {"permissions": {"filesystem": "any", "network": ["a.example", "b.example"]}},
            [
                "network: a.example, b.example, was none",
                "files: any, was none",
            ],
        ),
        (
            {"packages": [package()]},
            {"packages": [package(registryType="pypi", identifier="weather-mcp")]},
            ["package weather-mcp is new", "package @example/weather is gone"],
        ),
        ({"packages": [package()]}, {"packages": [package(environmentVariables=[ASKED])]}, ["takes KEY"]),
        ({"packages": [package(environmentVariables=[ASKED])]}, {"packages": [package()]}, ["no longer takes KEY"]),
        ({"status": "active"}, {"status": "deprecated"}, ["is now deprecated"]),
        (
            {"packages": ..., "remotes": [{"type": "sse", "url": "https://a.example/mcp"}]},
            {"packages": ..., "remotes": [{"type": "sse", "url": "https://b.example/mcp"}]},
            ["address https://b.example/mcp is new", "address https://a.example/mcp is gone"],
        ),
    ],
)
def test_what_a_user_would_want_to_know_is_told(between, before, after, lines):
    assert between(before, after) == lines


def test_a_value_behind_variables_is_asked_by_their_names(between):
    header = {"name": "Authorization", "value": "Bearer {token}", "variables": {"token": {"isRequired": True}}}
    remote = {"type": "streamable-http", "url": "https://a.example/mcp"}
    before = {"packages": ..., "remotes": [remote]}
    after = {"packages": ..., "remotes": [remote | {"headers": [header]}]}
    assert between(before, after) == ["takes token"]
