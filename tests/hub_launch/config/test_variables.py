import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.config.variables import MAX_BYTES, UnknownVariable, expand, expanded, read_env_file
from hub_launch.errors import HubError

VARIABLES = {"NAME": "value", "EMPTY": "", "DOLLAR": "${NAME}"}


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("plain", "plain"),
        ("${NAME}", "value"),
        ("a ${NAME}/${NAME} b", "a value/value b"),
        ("${EMPTY}", ""),
        ("${EMPTY:-default}", "default"),
        ("${OTHER:-}", ""),
        ("${OTHER:-a:-b}", "a:-b"),
        ("${NAME:-default}", "value"),
        ("$NAME $5 100%", "$NAME $5 100%"),
        ("$${NAME}", "${NAME}"),
        ("${DOLLAR}", "${NAME}"),
    ],
)
def test_variables_are_replaced_once(text, means):
    assert expanded(text, VARIABLES) == means


@pytest.mark.parametrize("text", ["${OTHER}", "x ${OTHER} ${NAME}"])
def test_a_variable_without_a_value_is_named(text):
    with pytest.raises(UnknownVariable, match="OTHER has no value"):
        expanded(text, VARIABLES)


@pytest.mark.parametrize("text", ["${", "${}", "${1A}", "${NAME", "${NAME-x}", "${a b}"])
def test_what_looks_like_a_variable_and_is_none_is_refused(text):
    with pytest.raises(UnknownVariable, match="begins no variable"):
        expanded(text, VARIABLES)


@given(st.text(max_size=40).filter(lambda text: "${" not in text))
def test_text_without_the_sign_is_left_alone(text):
    assert expanded(text, {}) == text


def test_all_texts_of_a_value_are_expanded_and_what_is_missing_is_located():
    value = {"a": ["${NAME}", 1, None], "b": {"c": "${X}", "d": ["${Y}"]}}
    new, problems = expand(value, VARIABLES)
    assert new == {"a": ["value", 1, None], "b": {"c": "${X}", "d": ["${Y}"]}}
    assert [key for key, _ in problems] == [("b", "c"), ("b", "d", 0)]


def test_an_env_file_has_comments_quotes_and_exports(tmp_path):
    (tmp_path / ".env").write_text("# a comment\nA=1\nexport B='two words' # why\nC=\"x\\ny\"\nD=${A}\nE\n")
    assert read_env_file(tmp_path) == {"A": "1", "B": "two words", "C": "x\ny", "D": "${A}"}


def test_no_env_file_is_no_variables(tmp_path):
    assert read_env_file(tmp_path) == {}


def test_an_env_file_that_cannot_be_read_is_said_so(tmp_path):
    (tmp_path / ".env").write_bytes(b"A" * (MAX_BYTES + 1))
    with pytest.raises(HubError, match=r"\.env cannot be read: larger than"):
        read_env_file(tmp_path)
