"""Whatever goes wrong when a service is asked for its description: it is said with the address, nothing is raised."""

import json

import pytest
from tests.faults.network import Fault, Host, serving

from hub_launch.discovery import apis

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "paths": {"/pets": {"get": {"operationId": "pets", "responses": {"200": {"description": "All of them."}}}}},
}


@pytest.fixture
def host():
    running = Host(serving({"openapi.json": json.dumps(SPEC).encode()}))
    yield running
    running.close()


@pytest.mark.parametrize("fault", Fault)
def test_a_description_that_cannot_be_had_is_told_and_taken_the_next_time(fault, host, monkeypatch):
    monkeypatch.setattr(apis, "SECONDS", 1 if "nothing more" in fault else 20)
    host.disturb(1, fault)
    outcome = apis.find(host.url)
    assert outcome.failed
    assert f"{host.url}/openapi.json: " in outcome.notes[0]
    assert [one.id for one in apis.find(host.url).found] == ["pets"]
