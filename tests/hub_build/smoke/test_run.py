"""Tests of one entry from its plan to its record."""

from datetime import date

import pytest

from hub_build.smoke import run
from hub_build.smoke.run import Conditions, smoke_one
from hub_build.smoke.services import table
from hub_build.smoke.services.service import MissingServiceError
from hub_build.smoke.workshop import workshop
from hub_launch.guard.sandbox import NONE
from hub_launch.judge.registry import read_registry

TOKEN = {"name": "EXAMPLE_TOKEN", "isRequired": True, "isSecret": True}
OPTIONAL = {"valueHint": "url", "type": "positional"}


@pytest.fixture
def smoked(registry, tmp_path, launch, monkeypatch):
    """Smokes an entry whose package is the small server of these tests."""
    monkeypatch.setattr(run, "_prepared", lambda planned, shop, tier: launch())

    async def smoke(package=None, **smoke):
        npm = {"registryType": "npm", "identifier": "w", "version": "1.4.0", "transport": {"type": "stdio"}}
        registry.add("weather", packages=[npm | (package or {})], smoke=smoke)
        with workshop(read_registry(registry.folder), tmp_path / "packages") as shop:
            return await smoke_one(shop.entries["weather"], shop, Conditions(NONE, date(2026, 11, 21)))

    return smoke


async def test_a_server_meets_the_services_that_its_entry_names(smoked):
    call = {"tool": "echo", "arguments": {"x": "${services.sqlite.file}"}, "expect": {"contains": "books.db"}}
    record = await smoked(services=["sqlite"], calls=[call])
    assert record.outcome == "passed"


async def test_a_server_finds_the_files_that_its_entry_brings(registry, tmp_path, launch, monkeypatch):
    registry.add("weather", smoke={"files": {"places/Paris.txt": "rain"}})
    with workshop(read_registry(registry.folder), tmp_path / "packages") as shop:
        monkeypatch.setattr(run, "_prepared", lambda planned, shop, tier: launch())
        await smoke_one(shop.entries["weather"], shop, Conditions(NONE, date(2026, 11, 21)))
        assert (shop.folder("weather") / "places/Paris.txt").read_text() == "rain"
        assert (shop.folder("weather") / "README.md").exists()


async def test_a_service_that_is_not_here_leaves_the_server_untried(smoked, monkeypatch):
    def missing(folder):
        raise MissingServiceError("redis-server is not installed", "on Debian: apt-get install redis-server")

    monkeypatch.setattr(table, "SERVICES", {"redis": missing})
    record = await smoked(services=["redis"])
    assert record.outcome == "untried"
    assert record.reason == "redis-server is not installed; on Debian: apt-get install redis-server"


async def test_an_answer_with_the_values_of_a_run_is_recorded_under_their_names(smoked):
    call = {"tool": "echo", "arguments": {"x": "${services.web.url}"}, "expect": {"contains": "nothing like it"}}
    record = await smoked(services=["web"], calls=[call])
    assert "${services.web.url}" in record.calls[0].reason


async def test_credentials_that_it_cannot_start_without_keep_it_from_being_started(smoked):
    record = await smoked({"environmentVariables": [TOKEN]}, needs=["EXAMPLE_TOKEN"])
    assert (record.outcome, record.needs, record.tools) == ("needs", ("EXAMPLE_TOKEN",), None)


async def test_with_made_up_credentials_it_is_started_and_listed_and_not_called(smoked):
    record = await smoked(
        {"environmentVariables": [TOKEN]},
        needs=["EXAMPLE_TOKEN"],
        arguments={"EXAMPLE_TOKEN": ["made-up"]},
        calls=[{"tool": "echo"}],
    )
    assert (record.outcome, record.needs, record.calls) == ("needs", ("EXAMPLE_TOKEN",), None)
    assert [tool["name"] for tool in record.tools] == ["echo"]
