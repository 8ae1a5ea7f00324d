from typing import get_args

import pytest
from pydantic import ValidationError

from hub_launch.catalog import Auth, OpenApi
from hub_launch.catalog.apiauth import CREDENTIAL_KEYS, variables_of
from hub_launch.judge.docstrings import descriptions_of

BASE = {"baseUrl": "https://api.example.com"}


def test_a_description_is_at_a_url_or_in_a_file():
    assert OpenApi.model_validate({**BASE, "url": "https://api.example.com/openapi.json"})
    assert OpenApi.model_validate({**BASE, "file": "weather.yaml"})


@pytest.mark.parametrize("source", [{}, {"url": "https://a.example/o.json", "file": "o.json"}], ids=["none", "both"])
def test_a_description_has_exactly_one_place(source):
    with pytest.raises(ValidationError, match="exactly one of url and file"):
        OpenApi.model_validate(BASE | source)


@pytest.mark.parametrize("file", ["../secret.yaml", "a/b.yaml", ".hidden.yaml", "A.yaml", "spec.txt", "spec"])
def test_a_file_is_a_plain_name_in_the_registry(file):
    with pytest.raises(ValidationError):
        OpenApi.model_validate({**BASE, "file": file})


@pytest.mark.parametrize("seconds", [0, 301, 1.5, "30"])
def test_a_timeout_is_whole_seconds_within_bounds(seconds):
    with pytest.raises(ValidationError):
        OpenApi.model_validate({**BASE, "file": "a.yaml", "timeoutSeconds": seconds})


def test_the_base_url_may_begin_with_a_variable_but_not_with_another_scheme():
    assert OpenApi.model_validate({"baseUrl": "{url}/v1", "file": "a.yaml"})
    with pytest.raises(ValidationError):
        OpenApi.model_validate({"baseUrl": "file:///etc", "file": "a.yaml"})


def test_the_place_of_an_api_key_is_called_in():
    api = OpenApi.model_validate(
        {**BASE, "file": "a.yaml", "auth": {"type": "apiKey", "in": "query", "name": "key", "variable": "KEY"}}
    )
    assert api.auth.location == "query"
    assert api.model_dump(mode="json", exclude_unset=True)["auth"]["in"] == "query"


def test_the_variables_of_auth_are_known_by_their_keys():
    auth = {
        "type": "oauth2",
        "tokenUrl": "https://login.example.com/token",
        "clientId": "ID",
        "clientSecret": "SECRET",
        "scopes": ["read"],
    }
    api = OpenApi.model_validate({**BASE, "file": "a.yaml", "auth": auth})
    assert variables_of(api.auth) == {"ID": "client_id", "SECRET": "client_secret"}
    assert variables_of(None) == {}


@pytest.mark.parametrize("auth", get_args(get_args(Auth)[0]))
def test_every_variable_of_every_kind_is_known(auth):
    (kind,) = get_args(auth.model_fields["type"].annotation)
    named = [field for field, text in descriptions_of(auth).items() if "environment variable" in text]
    assert named == list(CREDENTIAL_KEYS[kind])


@pytest.mark.parametrize("scope", ["two words", 'a"b', "a\\b", ""])
def test_a_scope_is_one_word(scope):
    auth = {"type": "oauth2", "tokenUrl": "https://login.example.com", "clientId": "ID", "scopes": [scope]}
    with pytest.raises(ValidationError, match="scopes"):
        OpenApi.model_validate({**BASE, "file": "a.yaml", "auth": auth})


@pytest.mark.parametrize("two", [{"path": "/a", "prefix": "/b"}, {"prefix": "/b", "pattern": "c"}], ids=str)
def test_a_route_map_names_paths_in_one_way(two):
    rule = {**two, "mcpType": "EXCLUDE"}
    with pytest.raises(ValidationError, match="one of path, prefix and pattern"):
        OpenApi.model_validate({**BASE, "file": "a.yaml", "routeMaps": [rule]})


def test_an_unknown_kind_of_auth_is_refused():
    with pytest.raises(ValidationError, match="auth"):
        OpenApi.model_validate({**BASE, "file": "a.yaml", "auth": {"type": "digest"}})
