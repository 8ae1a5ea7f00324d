import pytest

from hub_build.convert.finish import MAX_DESCRIPTION
from hub_build.scaffold import wording


@pytest.mark.parametrize(
    ("package", "id_"),
    [
        ("@modelcontextprotocol/server-memory", "memory"),
        ("mcp-server-time", "time"),
        ("@playwright/mcp", "playwright"),
        ("chrome-devtools-mcp", "chrome-devtools"),
        ("@notionhq/notion-mcp-server", "notion"),
        ("awslabs.aws-iac-mcp-server", "awslabs-aws-iac"),
        ("mcp", "mcp"),
        ("@a/update", "a-update"),
    ],
)
def test_an_id_is_what_is_left_without_words_that_every_server_has(package, id_):
    assert wording.id_of(package) == id_


def test_a_taken_id_gets_its_owner_in_front():
    assert wording.id_of("@acme/server-memory", {"memory"}) == "acme-memory"
    assert wording.id_of("@acme/server-memory", {"memory", "acme-memory"}) == "server-memory"
    assert wording.id_of("memory", {"memory"}) == "server"


@pytest.mark.parametrize(
    ("readme", "title"),
    [
        ("# Time MCP Server\n\nText", "Time"),
        ("# Knowledge Graph Memory Server", "Knowledge Graph Memory"),
        ("# ![logo](x.png) MongoDB MCP Server 🚀", "MongoDB"),
        ("# mcp-server-git: A git MCP server", "Git"),
        ("```sh\n# a comment\n```\n\n## Playwright MCP", "Playwright"),
        ("<h1 align='center'>Tavily MCP</h1>", "Tavily"),
        ("# Overview", ""),
        ("# MCP Server", ""),
        ("# A heading that goes on and on and is really a whole sentence", ""),
        ("no heading", ""),
    ],
)
def test_a_title_is_a_short_heading_without_what_every_server_is_called(readme, title):
    assert wording.heading_of(readme) == title


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("MCP server for enabling memory through a graph", "Enable memory through a graph"),
        ("A Model Context Protocol server providing tools for time queries", "Tools for time queries"),
        ("Playwright Tools for MCP", "Playwright Tools"),
        ("Search the **web** with [Tavily](https://tavily.com)", "Search the web with Tavily"),
        ("MCP server for calculating. This server enables LLMs to use a calculator", "Use a calculator"),
        ("MCP server", "MCP server"),
    ],
)
def test_a_description_says_what_the_server_does_and_not_that_it_is_one(text, description):
    assert wording.description_of(text) == description


def test_a_long_description_ends_with_a_sentence_or_a_word():
    assert wording.description_of("Do all of this today. " + "And that. " * 20).endswith("that.")
    long = wording.description_of("word " * 50)
    assert long.endswith("word…")
    assert len(long) <= MAX_DESCRIPTION


def test_names_keep_their_underscores():
    assert wording.plain("set `API_KEY` or _emphasis_") == "set API_KEY or emphasis"
