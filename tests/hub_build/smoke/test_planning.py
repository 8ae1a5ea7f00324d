"""What a smoke test starts, and what it cannot have."""

import pytest

from hub_build.smoke.planning import plan_smoke
from hub_build.smoke.workshop import workshop
from hub_launch.errors import HubError
from hub_launch.judge.registry import read_registry

TOKEN = {"name": "EXAMPLE_TOKEN", "isRequired": True, "isSecret": True}
FOLDER = {"type": "positional", "valueHint": "folder", "isRequired": True, "format": "filepath"}


@pytest.fixture
def planned(registry, tmp_path):
    def make(**changes):
        registry.add("weather", **changes)
        with workshop(read_registry(registry.folder), tmp_path / "packages") as shop:
            return plan_smoke(shop.entries["weather"], shop), shop

    return make


def package(**changes):
    return {"registryType": "npm", "identifier": "w", "version": "1.4.0", "transport": {"type": "stdio"}} | changes


def test_what_is_started_is_said_without_values(planned):
    found, _ = planned()
    assert (found.started.kind, found.started.identifier, found.started.version) == ("npm", "@example/weather", "1.4.0")
    assert found.needs == ()


def test_arguments_of_the_smoke_section_are_given_and_lie_in_the_servers_folder(planned):
    found, shop = planned(
        packages=[package(packageArguments=[FOLDER])],
        permissions={"filesystem": "arguments"},
        smoke={"arguments": {"folder": ["."]}},
    )
    assert found.launch.paths == (str(shop.folder("weather")),)
    assert found.launch.permissions.filesystem == "arguments"


def test_a_credential_that_is_not_there_is_named_and_the_server_started_without(planned):
    found, _ = planned(packages=[package(environmentVariables=[TOKEN])])
    assert found.needs == ("EXAMPLE_TOKEN",)
    assert "EXAMPLE_TOKEN" not in found.launch.env


def test_the_users_own_credentials_are_not_taken(planned, monkeypatch):
    monkeypatch.setenv("EXAMPLE_TOKEN", "the user's")
    found, _ = planned(packages=[package(environmentVariables=[TOKEN])])
    assert found.needs == ("EXAMPLE_TOKEN",)
    assert "the user's" not in found.launch.env.values()


def test_a_value_that_is_no_credential_must_be_in_the_smoke_section(planned):
    with pytest.raises(HubError, match="weather needs folder"):
        planned(packages=[package(packageArguments=[FOLDER], environmentVariables=[TOKEN])])


def test_the_address_of_a_remote_is_said_without_the_values_in_it(planned):
    remote = {"type": "sse", "url": "https://a.example/{tenant}", "variables": {"tenant": {"default": "mine"}}}
    found, _ = planned(packages=..., remotes=[remote])
    assert found.launch.url == "https://a.example/mine"
    assert found.started.identifier == "https://a.example/{tenant}"


def test_a_header_without_its_secret_is_needed(planned):
    remote = {
        "type": "sse",
        "url": "https://a.example/",
        "headers": [{"name": "X-Key", "isRequired": True, "isSecret": True}],
    }
    found, _ = planned(packages=..., remotes=[remote])
    assert found.needs == ("X-Key",)


def test_all_machines_have_the_same_language_and_time(planned, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    found, _ = planned()
    assert found.launch.env["TZ"] == "UTC"
    assert found.launch.env["LANG"] == "C.UTF-8"
    assert "LC_ALL" not in found.launch.env


def test_the_workshop_is_gone_after_the_run(planned):
    _, shop = planned()
    assert not shop.root.exists()
