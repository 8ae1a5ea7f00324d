import pytest
from pydantic import ValidationError

from hub_launch.catalog import OpenApi

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


def test_an_unknown_kind_of_auth_is_refused():
    with pytest.raises(ValidationError, match="auth"):
        OpenApi.model_validate({**BASE, "file": "a.yaml", "auth": {"type": "digest"}})
