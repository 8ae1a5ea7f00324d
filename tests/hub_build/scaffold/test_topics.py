from hub_build.scaffold.topics import categories_of, tags_of


def test_the_name_counts_most():
    assert categories_of("mcp-server-git", "Work with repositories", ()) == ["git"]
    assert categories_of("postgres-mcp", "PostgreSQL tuning", ())[0] == "databases"


def test_there_is_always_a_category():
    assert categories_of("xyz", "", ()) == ["utilities"]


def test_tags_are_keywords_that_not_every_server_has():
    assert tags_of(["mcp", "MCP-Server", "Weather Forecast", "weather-mcp", "claude"]) == [
        "weather-forecast",
        "weather",
    ]
