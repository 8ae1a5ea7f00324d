import pytest
from fastmcp import Client
from fastmcp.exceptions import ToolError

from hub_launch.errors import ExitCode, HubError
from hub_launch.servers.registry import create_server

MODES = pytest.mark.parametrize("mode", ["legacy", "auto"])


@pytest.fixture
def served(publish, entry, npm, settings):
    """A published registry of a few servers."""
    package = npm(
        packageArguments=[{"type": "positional", "valueHint": "folder", "isRequired": True, "description": "Where."}],
        environmentVariables=[{"name": "TOKEN", "isSecret": True}],
    )
    publish(
        [
            entry("time", categories=["utilities", "data"]),
            entry("filesystem", categories=["files"], packages=[package]),
            entry("gone", status="withdrawn", categories=["ai"]),
            *(entry(f"many-{n}") for n in range(60)),
        ]
    )
    return settings


@pytest.fixture
def ask(served):
    """Calls a tool of the registry's own server, and returns its structured answer."""

    async def call(tool, mode="auto", **arguments):
        async with Client(create_server(served), mode=mode) as client:
            result = await client.call_tool(tool, arguments)
            return result.structured_content

    return call


@MODES
async def test_it_offers_tools_of_which_one_changes_something(served, mode):
    async with Client(create_server(served), mode=mode) as client:
        tools = {tool.name: tool for tool in await client.list_tools()}
        assert "hub-launch <id>" in client.instructions
    changing = {name for name, tool in tools.items() if not tool.annotations.read_only_hint}
    assert (set(tools) - changing, changing) == ({"search_servers", "get_server", "list_categories"}, {"add_server"})


@MODES
async def test_outside_of_a_hub_it_adds_nothing_and_says_what_does(ask, mode):
    with pytest.raises(ToolError, match="`hub-launch add time`"):
        await ask("add_server", mode, id="time")


@MODES
async def test_servers_are_found_by_words(ask, mode):
    assert await ask("search_servers", mode, query="time") == {
        "total": 1,
        "servers": [
            {
                "id": "time",
                "title": "Time",
                "description": "What time does.",
                "kinds": ["npm"],
                "categories": ["utilities", "data"],
            }
        ],
    }


@pytest.mark.parametrize(("limit", "shown"), [({}, 10), ({"limit": 3}, 3), ({"limit": 500}, 50), ({"limit": 0}, 1)])
async def test_only_some_of_many_are_shown(ask, limit, shown):
    found = await ask("search_servers", query="many", **limit)
    assert found["total"] == 60
    assert len(found["servers"]) == shown


async def test_what_was_withdrawn_is_not_found(ask):
    assert (await ask("search_servers", query="gone"))["total"] == 0
    assert "ai" not in await ask("list_categories")


async def test_a_server_is_explained_with_the_command_that_starts_it(ask):
    found = await ask("get_server", id="filesystem")
    assert found["start"] == "hub-launch filesystem --set filesystem.folder=…"
    assert found["parameters"] == [
        {"name": "folder", "description": "Where.", "required": True, "secret": False},
        {"name": "TOKEN", "description": "", "required": False, "secret": True},
    ]
    assert found["server"]["name"] == "io.github.somebody/filesystem"


@pytest.mark.parametrize(
    ("id", "said"),
    [("tiem", "did you mean time"), ("gone", "was withdrawn"), ("time@9", "it has 1.2.3")],
)
async def test_a_server_that_cannot_be_had_is_an_error_that_says_why(served, id, said):
    async with Client(create_server(served)) as client:
        with pytest.raises(ToolError, match=said):
            await client.call_tool("get_server", {"id": id})


async def test_categories_are_counted(ask):
    assert await ask("list_categories") == {"data": 1, "files": 1, "utilities": 61}


def test_without_a_registry_there_is_no_server(settings):
    with pytest.raises(HubError) as caught:
        create_server(settings)
    assert caught.value.code == ExitCode.REGISTRY


async def test_without_settings_it_reads_the_registry_that_the_environment_names(served, monkeypatch):
    monkeypatch.setenv("HUB_REGISTRY", served.registry)
    async with Client(create_server()) as client:
        assert (await client.call_tool("search_servers", {"query": "time"})).structured_content["total"] == 1
