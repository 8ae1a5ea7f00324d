import pytest

from hub_build.scaffold.found import Need
from hub_build.scaffold.prose import flags_of, variables_of


@pytest.mark.parametrize(
    ("line", "name", "description", "need", "default"),
    [
        ("- `API_KEY` (required): Your key.", "API_KEY", "Your key", Need.REQUIRED, ""),
        ("- **`API_KEY`**: Your key, optional", "API_KEY", "Your key, optional", Need.OPTIONAL, ""),
        ("* `API_URL` - Where it runs (default: `https://a.example`)", "API_URL", None, Need.OPTIONAL, "https://a.example"),
        ("| `API_KEY` | Your own key | Yes |", "API_KEY", "Your own key", Need.REQUIRED, ""),
        ("| `API_KEY` | No | - | The key of your account |", "API_KEY", "The key of your account", Need.OPTIONAL, ""),
        ("export API_KEY=abc  # your key", "API_KEY", "your key", Need.UNKNOWN, ""),
    ],
)  # fmt: skip
def test_a_variable_in_a_list_a_table_or_an_example(line, name, description, need, default):
    (found,) = variables_of(line)
    assert (found.name, found.need, found.default) == (name, need, default)
    assert description is None or found.description == description


@pytest.mark.parametrize(
    "line",
    [
        "Set the API_KEY that you got.",
        "- `HTTP_BODY_LIMIT`: only when the transport is http",
        "- `OLD_NAME`: deprecated, use the new one",
        "| `--units` | Units, or `WEATHER_UNITS` |",
    ],
)
def test_what_is_said_in_passing_or_about_other_transports_is_no_variable(line):
    assert variables_of(line) == []


@pytest.mark.parametrize(
    ("line", "name", "takes_value"),
    [
        ("- `--units`: The units", "--units", None),
        ("- `-u, --units <name>`: The units", "--units", True),
        ("| `--units=NAME` | The units |", "--units", True),
        ("| --headless | run without a window |", "--headless", False),
        ("| --caps <caps> | what it may do |", "--caps", True),
    ],
)
def test_a_flag_in_a_list_or_a_table(line, name, takes_value):
    (found,) = flags_of(line)
    assert (found.name, found.takes_value) == (name, takes_value)
