"""What is told of a published document to readers who choose."""

import pytest

from hub_build.traits import credentials_of, permissions_of
from hub_launch.catalog import META_KEY

TOKEN = {"name": "TOKEN", "isRequired": True, "isSecret": True}


def server(own=None, **parts):
    return {**parts, "_meta": {META_KEY: own or {}}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (server(packages=[{"environmentVariables": [{"name": "FOLDER", "isRequired": True}]}]), "none"),
        (server(packages=[{"environmentVariables": [TOKEN]}]), "required"),
        (server(packages=[{"environmentVariables": [TOKEN | {"isRequired": False}]}]), "optional"),
        # The way that is tried first is the one that people will have.
        (server(packages=[{}, {"environmentVariables": [TOKEN]}]), "optional"),
        (server(packages=[{}], remotes=[{"headers": [{"value": "{t}", "variables": {"t": TOKEN}}]}]), "optional"),
        (server(remotes=[{"headers": [{"value": "{t}", "variables": {"t": TOKEN}}]}]), "required"),
        (server({"openapi": {"auth": {"type": "bearer", "variable": "TOKEN"}}}), "required"),
        (server({"module": {"environmentVariables": [TOKEN]}}), "required"),
        (server({"extensions": ["fax"]}), "none"),
    ],
)
def test_a_server_wants_credentials_if_its_first_way_requires_a_secret(document, expected):
    assert credentials_of(document) == expected


def test_a_smoke_test_that_was_asked_for_credentials_knows_better():
    assert credentials_of(server(remotes=[{}]), "needs") == "required"


def test_permissions_are_told_in_one_word_each():
    assert permissions_of(server()) == ("none", "none")
    assert permissions_of(server({"permissions": {"network": ["a.example.com"], "filesystem": "arguments"}})) == (
        "hosts",
        "arguments",
    )
    assert permissions_of(server({"permissions": {"network": "any"}})) == ("any", "none")
