import pytest

from hub_build.scaffold import inputs
from hub_build.scaffold.found import Need, Setting, merged


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("API_KEY", True), ("GITHUB_TOKEN", True), ("--api-key", True), ("DATABASE_URI", True), ("apiKey", True),
        ("motherduck_token", True), ("TOKEN_LIMIT", False), ("API_URL", False), ("KEYBOARD", False),
        ("--unsafe-disable-auth", False), ("DANGEROUSLY_SKIP_AUTH", False), ("--auth", True),
    ],
)  # fmt: skip
def test_what_sounds_like_a_credential_is_secret(name, secret):
    assert inputs.is_credential(name) is secret


def test_a_credential_that_every_configuration_sets_is_required_and_has_no_example():
    found = inputs.variables([Setting("API_KEY", "", "Your key", example="sk-123", configured=True)])
    assert found.values == [{"name": "API_KEY", "description": "Your key", "isRequired": True, "isSecret": True}]
    assert found.remarks[0].startswith("guessed: ")


@pytest.mark.parametrize("name", ["PORT", "MCP_HOST", "NODE_OPTIONS", "PATH", "FASTMCP_LOG_LEVEL", "HTTPS_PROXY"])
def test_what_belongs_to_a_runner_or_another_transport_is_not_asked(name):
    assert inputs.variables([Setting(name, "")]).values == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (Setting("DATA_DIR", "", example="/srv"), {"placeholder": "/srv", "format": "filepath"}),
        (Setting("DEBUG_ALL", "", default="false"), {"format": "boolean"}),
        (Setting("MAX_ROWS", "", default="10"), {"placeholder": "10", "format": "number"}),
        (Setting("REGION_NAME", "", example="<your region>"), {}),
        (
            Setting("UNITS_USED", "", need=Need.REQUIRED, choices=("a", "b")),
            {"isRequired": True, "choices": ["a", "b"]},
        ),
    ],
)
def test_examples_and_defaults_say_what_a_value_is(setting, value):
    (found,) = inputs.variables([setting]).values
    assert found == {"name": setting.name, **value}


def test_the_first_words_are_kept_and_the_rest_is_named():
    found = inputs.variables([Setting(f"NAME_{number}", "") for number in range(inputs.MAX_VARIABLES + 2)])
    assert len(found.values) == inputs.MAX_VARIABLES
    assert found.left_out == (f"NAME_{inputs.MAX_VARIABLES}", f"NAME_{inputs.MAX_VARIABLES + 1}")


def test_mentions_of_one_setting_are_put_together():
    (one,) = merged([Setting("A_B", "x", configured=True), Setting("A_B", "y", "What it is", Need.REQUIRED)])
    assert (one.description, one.need, one.configured) == ("What it is", Need.REQUIRED, True)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (("stdio",), [{"type": "positional", "value": "stdio"}]),
        (("--transport", "stdio"), [{"type": "named", "name": "--transport", "value": "stdio"}]),
        (("--transport", "http"), []),
        (("--stdio",), [{"type": "positional", "value": "--stdio"}]),
        (
            ("/Users/a/Desktop", "/path/to/other"),
            [{"type": "positional", "valueHint": "path", "isRequired": True, "format": "filepath", "isRepeated": True}],
        ),
        (("${input:org}",), [{"type": "positional", "valueHint": "org", "isRequired": True}]),
        (
            ("postgresql://localhost/db",),
            [{"type": "positional", "valueHint": "url", "isRequired": True, "isSecret": True}],
        ),
        (("--api-key", "YOUR_KEY"), [{"type": "named", "name": "--api-key", "isRequired": True, "isSecret": True}]),
        (("--units=metric",), [{"type": "named", "name": "--units", "placeholder": "metric"}]),
        (("--headless",), [{"type": "named", "name": "--headless", "format": "boolean"}]),
    ],
)
def test_words_of_a_configuration_are_fixed_or_asked(words, values):
    assert inputs.configured(words).values == values


def test_a_flag_for_a_credential_that_a_variable_takes_is_left_out():
    arguments = inputs.configured(("--api-key", "YOUR_KEY", "--units", "metric"))
    declared = inputs.variables([Setting("WEATHER_API_KEY", "")])
    kept = inputs.without_twins(arguments, declared)
    assert [value["name"] for value in kept.values] == ["--units"]
    assert list(kept.remarks) == [0]
