"""Values of services in a smoke section."""

import pytest

from hub_build.smoke.services.fill import filled, neutral
from hub_launch.catalog import Entry
from hub_launch.errors import HubError

VALUES = {"postgres.url": "postgresql://a:b@127.0.0.1:5/a", "postgres.port": "5"}


@pytest.fixture
def entry(document):
    def make(**smoke):
        return Entry.model_validate(document("weather", smoke=smoke))

    return make


def test_values_stand_in_arguments_and_in_calls_at_any_depth(entry):
    call = {"tool": "t", "arguments": {"a": [{"b": "at ${services.postgres.port}!"}], "n": 3}}
    smoke = filled(entry(arguments={"x": ["${services.postgres.url}"]}, calls=[call]), VALUES).smoke
    assert smoke.arguments == {"x": (VALUES["postgres.url"],)}
    assert smoke.calls[0].arguments == {"a": [{"b": "at 5!"}], "n": 3}


def test_a_value_that_nobody_has_is_said_with_those_that_there_are(entry):
    with pytest.raises(HubError, match=r"there is no \$\{services.redis.url\} here") as raised:
        filled(entry(arguments={"x": ["${services.redis.url}"]}), VALUES)
    assert raised.value.hint == "known: postgres.url, postgres.port"


def test_other_text_stays_as_it_is(entry):
    before = entry(arguments={"x": ["${HOME}"]}, calls=[{"tool": "t"}])
    assert filled(before, VALUES) == before


def test_a_record_has_the_names_of_values_that_differ_from_run_to_run():
    assert neutral(VALUES) == {VALUES["postgres.url"]: "${services.postgres.url}"}
