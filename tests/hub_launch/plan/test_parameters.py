from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from hub_launch.catalog import Argument, EnvironmentVariable, Header, Input
from hub_launch.errors import ExitCode, HubError
from hub_launch.plan import MissingParameters, Parameter, Values
from hub_launch.plan.parameters import check_names, check_value, declared

CWD = Path("/home/user/work")


def values(given=None, environ=None):
    return Values("demo", given or {}, environ or {}, CWD)


def arguments(given, *documents):
    declared_arguments = [TypeAdapter(Argument).validate_python(one) for one in documents]
    made = values(given)
    return made.arguments(declared_arguments), made


def words(given, *documents):
    return arguments(given, *documents)[0]


def refusal(function, *args):
    with pytest.raises(HubError) as caught:
        function(*args)
    assert caught.value.code == ExitCode.USAGE
    return caught.value.message


# Arguments


def test_a_positional_argument_is_the_users_value():
    assert words({"zone": ["UTC"]}, {"type": "positional", "valueHint": "zone"}) == ["UTC"]


def test_an_optional_argument_without_a_value_is_left_out():
    assert words({}, {"type": "positional", "valueHint": "zone"}, {"type": "named", "name": "--zone"}) == []


def test_a_default_stands_in_for_a_value():
    assert words({}, {"type": "named", "name": "--zone", "default": "UTC"}) == ["--zone", "UTC"]


def test_the_users_value_comes_before_the_default():
    assert words({"zone": ["CET"]}, {"type": "named", "name": "--zone", "default": "UTC"}) == ["--zone", "CET"]


def test_a_placeholder_is_never_a_value():
    assert words({}, {"type": "positional", "valueHint": "zone", "placeholder": "UTC"}) == []


def test_a_named_argument_is_a_flag_and_its_value_as_two_words():
    assert words({"zone": ["a b=c"]}, {"type": "named", "name": "--zone"}) == ["--zone", "a b=c"]


def test_a_repeated_positional_argument_is_every_value_in_order():
    document = {"type": "positional", "valueHint": "folder", "isRepeated": True}
    assert words({"folder": ["b", "a", "b"]}, document) == ["b", "a", "b"]


def test_a_value_that_looks_like_a_flag_is_one_word_with_its_flag():
    given = {"chrome-arg": ["--no-sandbox", "plain"]}
    document = {"type": "named", "name": "--chrome-arg", "isRepeated": True}
    assert words(given, document) == ["--chrome-arg=--no-sandbox", "--chrome-arg", "plain"]


def test_a_repeated_named_argument_repeats_its_flag():
    document = {"type": "named", "name": "-f", "isRepeated": True}
    assert words({"f": ["1", "2"]}, document) == ["-f", "1", "-f", "2"]


def test_a_single_argument_takes_one_value():
    document = {"type": "named", "name": "--zone"}
    assert refusal(words, {"zone": ["a", "b"]}, document) == "demo.zone takes one value, got 2"


@pytest.mark.parametrize(("given", "expected"), [("true", ["--verbose"]), ("false", [])])
def test_a_boolean_flag_stands_alone_or_not_at_all(given, expected):
    assert words({"verbose": [given]}, {"type": "named", "name": "--verbose", "format": "boolean"}) == expected


def test_a_fixed_value_cannot_be_changed_by_the_user():
    assert words({"mode": ["other"]}, {"type": "named", "name": "--mode", "value": "stdio"}) == ["--mode", "stdio"]


def test_variables_in_a_fixed_value_are_filled_in():
    document = {
        "type": "named",
        "name": "--dsn",
        "value": "db://{user}@{host}/{other}",
        "variables": {"user": {}, "host": {"value": "fixed.example"}},
    }
    assert words({"user": ["me"]}, document) == ["--dsn", "db://me@fixed.example/{other}"]


def test_a_value_is_filled_in_once_and_not_read_again():
    document = {"type": "positional", "value": "{a}{b}", "variables": {"a": {}, "b": {}}}
    assert words({"a": ["{b}"], "b": ["x"]}, document) == ["{b}x"]


def test_words_stay_one_argument_whatever_is_in_them():
    assert words({"x": ["a; rm -rf / --flag\n$(id)"]}, {"type": "positional", "valueHint": "x"}) == [
        "a; rm -rf / --flag\n$(id)"
    ]


# Variables and headers


def variable(name="TOKEN", **rest):
    return EnvironmentVariable.model_validate({"name": name, **rest})


def test_a_variable_of_the_same_name_in_the_users_environment_is_taken():
    assert values(environ={"TOKEN": "mine"}).environment([variable()]) == {"TOKEN": "mine"}


def test_a_given_value_comes_before_the_environment_and_that_before_the_default():
    declared_variable = variable(default="usual")
    assert values({"TOKEN": ["given"]}, {"TOKEN": "mine"}).environment([declared_variable]) == {"TOKEN": "given"}
    assert values({}, {"TOKEN": "mine"}).environment([declared_variable]) == {"TOKEN": "mine"}
    assert values().environment([declared_variable]) == {"TOKEN": "usual"}


def test_a_variable_without_a_value_is_not_set():
    assert values().environment([variable()]) == {}


def test_headers_are_never_taken_from_the_environment():
    header = Header.model_validate({"name": "TOKEN"})
    assert values(environ={"TOKEN": "mine"}).headers([header]) == {}
    assert values({"TOKEN": ["given"]}, {"TOKEN": "mine"}).headers([header]) == {"TOKEN": "given"}


def test_a_header_is_put_together_from_secret_variables():
    header = Header.model_validate(
        {"name": "Authorization", "value": "Bearer {token}", "variables": {"token": {"isSecret": True}}}
    )
    made = values({"token": ["hunter2"]})
    assert made.headers([header]) == {"Authorization": "Bearer hunter2"}
    assert made.secrets == {"hunter2"}


def test_the_whole_of_a_secret_header_is_secret():
    header = Header.model_validate(
        {"name": "Authorization", "value": "Bearer {t}", "isSecret": True, "variables": {"t": {"isSecret": True}}}
    )
    made = values({"t": ["hunter2"]})
    made.headers([header])
    assert made.secrets == {"hunter2", "Bearer hunter2"}


def test_secret_values_are_remembered_wherever_they_come_from():
    made = values({"TOKEN": ["given"]}, {"OTHER": "from environment"})
    made.environment([variable(isSecret=True), variable("OTHER", isSecret=True), variable("PUBLIC", default="x")])
    assert made.secrets == {"given", "from environment"}


# What is missing


def test_every_missing_required_value_is_named_at_once():
    made = values()
    made.arguments(
        [TypeAdapter(Argument).validate_python({"type": "positional", "valueHint": "a", "isRequired": True})]
    )
    made.environment([variable(isRequired=True), variable("OPTIONAL")])
    made.fill("{x}{x}", {"x": Input(is_required=True)})
    with pytest.raises(MissingParameters) as caught:
        made.check_complete()
    assert caught.value.message == "demo needs a, TOKEN, x"
    assert caught.value.hint == "add --set demo.a=… --set demo.TOKEN=… --set demo.x=…"
    assert caught.value.code == ExitCode.USAGE
    assert [one.name for one in caught.value.parameters] == ["a", "TOKEN", "x"]


def test_with_all_required_values_nothing_is_missing():
    made = values({"TOKEN": ["x"]})
    made.environment([variable(isRequired=True)])
    made.check_complete()
    assert made.missing == []


# What a value may be


def check(value, **declared_input):
    return check_value("demo", Parameter("it", Input.model_validate(declared_input)), value, CWD)


def test_a_choice_is_one_of_the_list():
    assert check("red", choices=["red", "blue"]) == "red"
    assert refusal(lambda: check("green", choices=["red", "blue"])) == "demo.it must be one of red, blue, not 'green'"


@pytest.mark.parametrize("good", ["0", "-1", "3.25", "007"])
def test_a_number_is_decimal(good):
    assert check(good, format="number") == good


@pytest.mark.parametrize("bad", ["", "x", "1e3", "0x1", "1.", ".5", "1,5", "٣", "1\n", "nan", "--1"])
def test_anything_else_is_no_number(bad):
    assert "must be a number" in refusal(lambda: check(bad, format="number"))


@pytest.mark.parametrize("bad", ["yes", "True", "1", ""])
def test_a_boolean_is_true_or_false(bad):
    assert check("true", format="boolean") == "true"
    assert refusal(lambda: check(bad, format="boolean")) == f"demo.it must be true or false, not {bad!r}"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("notes", "/home/user/work/notes"),
        (".", "/home/user/work"),
        ("/abs/x", "/abs/x"),
        ("~/notes", "/home/user/notes"),
        ("https://a.example/x", "https://a.example/x"),
    ],
)
def test_a_path_is_made_absolute_from_where_the_user_stands(given, path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/user")
    assert check(given, format="filepath") == path


def test_the_home_of_a_user_that_does_not_exist_is_a_clear_error():
    assert "~nobody-of-that-name" in refusal(lambda: check("~nobody-of-that-name/x", format="filepath"))


def test_no_value_has_a_nul_character():
    assert "NUL" in refusal(lambda: check("a\0b"))
    assert "NUL" in refusal(lambda: check("a\0b", format="filepath"))


def test_no_value_has_half_of_a_character():
    assert "half of a character" in refusal(lambda: check("a\ud800"))
    # Names of files need not be UTF-8.
    assert check("caf\udce9") == "caf\udce9"


def test_a_refused_secret_is_not_repeated():
    message = refusal(lambda: check("hunter2", format="number", isSecret=True))
    assert message == "demo.it must be a number, not the value given"


def test_a_wrong_value_in_the_environment_is_refused_too():
    declared_variable = variable("LEVEL", choices=["low", "high"])
    assert "demo.LEVEL must be one of" in refusal(
        lambda: values(environ={"LEVEL": "medium"}).environment([declared_variable])
    )


# Names


def test_an_unknown_name_gets_the_nearest_one_as_a_hint():
    known = [Parameter("folder", Input()), Parameter("mode", Input())]
    with pytest.raises(HubError) as caught:
        check_names("demo", ["fodler"], known)
    assert caught.value.message == "demo has no parameter 'fodler'"
    assert caught.value.hint == "did you mean demo.folder? it has folder, mode"
    assert caught.value.code == ExitCode.USAGE


def test_a_server_without_parameters_says_so():
    with pytest.raises(HubError) as caught:
        check_names("demo", ["x"], [])
    assert caught.value.hint == "it has none"


def test_parameters_are_what_a_user_can_set_each_once():
    found = declared(
        [
            TypeAdapter(Argument).validate_python(one)
            for one in (
                {"type": "positional", "valueHint": "folder", "isRepeated": True},
                {
                    "type": "named",
                    "name": "--mode",
                    "value": "{mode}",
                    "variables": {"mode": {}, "fixed": {"value": "1"}},
                },
                {"type": "named", "name": "--level"},
            )
        ],
        [variable("TOKEN"), variable("LEVEL", value="1")],
        [Header.model_validate({"name": "X-Key"})],
        {"host": Input(), "port": Input(value="1"), "mode": Input()},
    )
    assert [one.name for one in found] == ["folder", "mode", "level", "TOKEN", "X-Key", "host"]
    assert [one.name for one in found if one.repeated] == ["folder"]
    assert [one.name for one in found if one.from_environment] == ["TOKEN"]


# URLs

TEMPLATE = "https://{region}.api.example/v1/{tenant}/mcp?key={key}#x"
VARIABLES = {name: Input() for name in ("region", "tenant", "key")}


@given(st.fixed_dictionaries({name: st.text(st.characters(exclude_categories=["Cs"])) for name in VARIABLES}))
def test_a_value_in_a_url_cannot_leave_its_place(given):
    try:
        made = values({name: [value] for name, value in given.items()}).fill(TEMPLATE, VARIABLES, in_url=True)
    except HubError:
        assert "\0" in "".join(given.values()) or {".", ".."} & set(given.values())
        return
    parts = urlsplit(made)
    assert parts.scheme == "https"
    assert parts.netloc.endswith(".api.example")
    assert parts.netloc.count("@") == 0
    assert parts.path.count("/") == 3
    assert unquote(parts.path.split("/")[2]) == given["tenant"]
    assert unquote(parts.query) == f"key={given['key']}"
    assert parts.fragment == "x"


@pytest.mark.parametrize(
    "hostile", ["../../admin", "a/b", "x?y=1", "x#y", "user@evil.example", "a%2Fb", "a\r\nb", "..a"]
)
def test_what_would_change_a_urls_meaning_is_encoded(hostile):
    made = values({"tenant": [hostile]}).fill("https://api.example/v1/{tenant}/mcp", {"tenant": Input()}, in_url=True)
    assert made.startswith("https://api.example/v1/")
    assert made.endswith("/mcp")
    middle = made.removeprefix("https://api.example/v1/").removesuffix("/mcp")
    assert not set(middle) & set("/?#@\r\n")


@pytest.mark.parametrize("step", [".", ".."])
def test_a_step_to_another_folder_is_no_value_in_a_url(step):
    made = values({"tenant": [step]})
    message = refusal(lambda: made.fill("https://a.example/{tenant}/mcp", {"tenant": Input()}, in_url=True))
    assert message == f"demo.tenant must not be {step!r} in an address"


def test_a_url_that_is_one_variable_as_a_whole_is_taken_as_it_is():
    assert values({"url": ["http://a:1/x"]}).fill("{url}", {"url": Input()}, in_url=True) == "http://a:1/x"


def test_a_secret_in_a_url_is_secret_in_its_encoded_spelling_too():
    made = values({"key": ["it's/secret"]})
    url = made.fill("https://a.example/{key}", {"key": Input(is_secret=True)}, in_url=True)
    assert url == "https://a.example/it%27s%2Fsecret"
    assert made.secrets == {"it's/secret", "it%27s%2Fsecret"}
