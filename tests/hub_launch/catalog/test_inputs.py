import pytest
from pydantic import TypeAdapter, ValidationError

from hub_launch.catalog import Argument, EnvironmentVariable, Header

ARGUMENT = TypeAdapter(Argument)


def test_a_positional_argument_is_asked_of_the_user_by_its_hint():
    argument = ARGUMENT.validate_python({"type": "positional", "valueHint": "folder"})
    assert argument.value_hint == "folder"


def test_a_positional_argument_may_be_fixed_instead():
    assert ARGUMENT.validate_python({"type": "positional", "value": "stdio"}).value == "stdio"


def test_a_positional_argument_without_hint_and_value_is_refused():
    with pytest.raises(ValidationError, match=r"needs a valueHint .* or a value"):
        ARGUMENT.validate_python({"type": "positional", "description": "what?"})


def test_a_named_argument_has_a_name():
    assert ARGUMENT.validate_python({"type": "named", "name": "--root"}).name == "--root"
    with pytest.raises(ValidationError, match="Field required"):
        ARGUMENT.validate_python({"type": "named", "value": "x"})


@pytest.mark.parametrize("name", ["---x", "--", "-", "--a b", "--a=b", "; rm"])
def test_the_name_of_an_argument_is_a_plain_flag(name):
    with pytest.raises(ValidationError):
        ARGUMENT.validate_python({"type": "named", "name": name})


def test_an_argument_says_which_type_it_is():
    with pytest.raises(ValidationError, match="type"):
        ARGUMENT.validate_python({"name": "--root"})


def test_format_is_one_of_four():
    with pytest.raises(ValidationError, match="'string', 'number', 'boolean' or 'filepath'"):
        EnvironmentVariable.model_validate({"name": "A", "format": "date"})


@pytest.mark.parametrize("name", ["X: y", "X\r\nY", "", "Ü"])
def test_a_header_name_cannot_smuggle_another_header(name):
    assert Header.model_validate({"name": "X-Api-Key"})
    with pytest.raises(ValidationError):
        Header.model_validate({"name": name})
