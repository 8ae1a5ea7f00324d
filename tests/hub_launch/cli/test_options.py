import pytest

from hub_launch.cli.options import parse_settings
from hub_launch.errors import ExitCode, HubError


def test_settings_are_values_of_parameters_of_servers_in_their_order():
    assert parse_settings(["fs.folder=a", "fs.folder=b", "time.zone=UTC"]) == {
        "fs": {"folder": ["a", "b"]},
        "time": {"zone": ["UTC"]},
    }


def test_only_the_first_dot_and_the_first_equals_sign_count():
    assert parse_settings(["db.a.b=x=y.z"]) == {"db": {"a.b": ["x=y.z"]}}


def test_a_value_may_be_empty():
    assert parse_settings(["db.name="]) == {"db": {"name": [""]}}


@pytest.mark.parametrize("text", ["", "x", "x=1", "x.y", ".y=1", "x.=1", "=x.y"])
def test_anything_else_is_exit_2_with_an_example(text):
    with pytest.raises(HubError, match=r"not of the form ID\.NAME=VALUE") as caught:
        parse_settings([text])
    assert caught.value.code == ExitCode.USAGE
    assert "--set filesystem.folder=." in caught.value.hint
