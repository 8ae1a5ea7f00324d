import pytest

from hub_build.scaffold.configurations import Configuration, configurations_of

NAMES = frozenset(["@a/weather-mcp", "weather-mcp"])


def fenced(text):
    return f"Text\n\n```json\n{text}\n```\n"


@pytest.mark.parametrize(
    "text",
    [
        '{"mcpServers": {"weather": {"command": "npx", "args": ["-y", "@a/weather-mcp@latest", "--units", "metric"]}}}',
        '{"servers": {"w": {"command": "cmd", "args": ["/c", "npx", "-y", "@a/weather-mcp", "--units", "metric"]}}}',
        '{"mcp": {"w": {"command": ["npx", "-y", "@a/weather-mcp", "--units", "metric"]}}}',
        '"weather": {"command": "weather-mcp", "args": ["--units", "metric"]},',
        '{"mcpServers": {\n  // a comment\n'
        '  "w": {"command": "npx", "args": ["@a/weather-mcp", "--units", "metric",]},\n}}',
    ],
)
def test_every_editors_configuration_is_understood(text):
    assert configurations_of(fenced(text), NAMES) == [Configuration(("--units", "metric"), {})]


def test_variables_come_with_their_examples():
    text = '{"mcpServers": {"w": {"command": "npx", "args": ["@a/weather-mcp"], "env": {"KEY": "abc", "PORT": 1}}}}'
    assert configurations_of(fenced(text), NAMES) == [Configuration((), {"KEY": "abc", "PORT": "1"})]


@pytest.mark.parametrize(
    "text",
    [
        '{"mcpServers": {"w": {"command": "docker", "args": ["run", "image/of-it", "@a/weather-mcp"]}}}',
        '{"mcpServers": {"other": {"command": "npx", "args": ["-y", "another-package"]}}}',
        '{"mcpServers": {"w": {"command": "npx", "args": [1, 2]}}}',
        '{"mcpServers": {"w": {"url": "https://example.com/mcp"}}}',
        "not json at all {",
        '{"command": 7}',
    ],
)
def test_what_does_not_start_this_package_is_passed_over(text):
    assert configurations_of(fenced(text), NAMES) == []
