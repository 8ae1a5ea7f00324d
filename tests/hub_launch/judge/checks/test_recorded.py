"""Records of earlier versions; those of current ones have examples."""

import json

import pytest

from hub_launch.judge.checks.recorded import check
from hub_launch.judge.registry import read_registry


@pytest.fixture
def found(registry):
    """The messages about a registry with two versions of a server."""
    registry.add()
    registry.add_version()

    def found():
        return [finding.message for finding in check(read_registry(registry.folder))]

    return found


def test_one_in_its_place_is_in_order(registry, found):
    registry.record()
    registry.record_earlier()
    assert found() == []


def test_one_in_the_place_of_another_is_told_where_it_belongs(registry, found):
    path = registry.record_earlier()
    path.rename(path.with_name("1.2.0.json"))
    assert found() == ["is a record of `weather` `1.3.0`, in another's place"]


def test_one_of_a_version_that_is_not_there_fails(registry, found):
    registry.record_earlier(version="0.1.0")
    assert found() == ["`weather` has no earlier version `0.1.0`"]


def test_one_that_was_edited_fails(registry, found):
    path = registry.record_earlier()
    document = json.loads(path.read_bytes())
    path.write_text(json.dumps(document | {"tools": []}))
    assert "is not the hash of the tools in the file" in found()[0]


def test_one_that_is_none_fails(registry, found):
    path = registry.record_earlier()
    path.write_text("{}")
    assert "is no record of a smoke test" in found()[0]
