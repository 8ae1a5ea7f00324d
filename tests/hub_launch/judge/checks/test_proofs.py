"""What tests/examples cannot say: JSON has no comments to expect a finding in."""

import json

import pytest

from hub_launch.judge.checks import run_checks
from hub_launch.judge.findings import Verdict
from hub_launch.judge.registry import read_registry


def findings(registry):
    return [(one.severity, one.message) for one in run_checks(read_registry(registry.folder)) if "proof" in one.rule]


@pytest.fixture
def proven(registry):
    registry.add("weather")
    return registry.prove("weather")


def test_a_proof_that_covers_its_entry_is_good(registry, proven):
    assert findings(registry) == []


def test_a_proof_is_in_the_file_of_its_server(registry, proven):
    proven.rename(proven.with_name("clock.json"))
    assert findings(registry) == [(Verdict.FAIL, "`id`: `weather` is not the name of the file, `clock.json`")]


def test_a_proof_of_no_server_fails(registry, proven):
    (registry.folder / "servers/weather.yaml").unlink()
    assert findings(registry) == [(Verdict.FAIL, "`weather` is no server")]


def test_a_proof_says_nothing_else(registry, proven):
    proven.write_text(json.dumps(json.loads(proven.read_text()) | {"verified": True}))
    ((severity, message),) = findings(registry)
    assert severity is Verdict.FAIL
    assert "verified" in message
