"""What clients are told that can be asked for, and by whom."""

import pytest

ALL = {
    "tools": {"listChanged": True},
    "prompts": {"listChanged": True},
    "resources": {"listChanged": True, "subscribe": False},
}


@pytest.fixture
def greeted(hub, launch, wire):
    """The answer to the greeting of a client, at an address of a hub whose servers declare these capabilities."""

    async def greet(*declared, modern, path, **config):
        names = ["aa", "bb"]
        launches = [launch(name, capabilities=one, **config) for name, one in zip(names, declared, strict=False)]
        running = await hub(*launches)
        client = await wire(running, modern=modern, path=path)
        return (await client.result("server/discover")) if modern else client.welcome

    return greet


@pytest.mark.parametrize("modern", [False, True])
@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_a_server_by_itself_is_what_it_says_it_is(greeted, modern, era):
    declared = {"tools": {"listChanged": True}, "logging": {}, "experimental": {"x": {"y": 1}}, "extensions": {"e": {}}}
    answer = await greeted(declared, modern=modern, path="/servers/aa/mcp", era=era, instructions="Be kind.")
    assert answer["capabilities"] == declared
    assert answer["instructions"] == "Be kind."


@pytest.mark.parametrize(
    ("modern", "kept"), [(False, {"cancel": {}, "requests": {"tools": {"call": {}}}}), (True, None)]
)
async def test_what_does_not_come_through_is_left_out(greeted, modern, kept):
    tasks = {"list": {}, "cancel": {}, "requests": {"tools": {"call": {}}}}
    answer = await greeted({"tools": {}, "tasks": tasks}, modern=modern, path="/servers/aa/mcp")
    assert answer["capabilities"].get("tasks") == kept


async def test_a_server_that_forgets_to_say_so_has_tools_all_the_same(greeted):
    answer = await greeted({}, modern=True, path="/servers/aa/mcp")
    assert answer["capabilities"] == {"tools": {}}


@pytest.mark.parametrize("modern", [False, True])
@pytest.mark.parametrize(
    ("declared", "more"),
    [
        ({}, {}),
        ({"logging": {}, "completions": {}}, {"logging": {}, "completions": {}}),
        ({"resources": {"subscribe": True}}, {"resources": {"listChanged": True, "subscribe": True}}),
    ],
)
async def test_all_together_offer_what_some_server_does(greeted, modern, declared, more):
    answer = await greeted({}, declared, modern=modern, path="/mcp")
    assert answer["capabilities"] == ALL | more


async def test_of_a_server_that_is_not_known_yet_everything_is_expected(hub, launch, wire):
    running = await hub(launch("slow", hang_on=["initialize", "server/discover"]), wait=False)
    client = await wire(running, modern=True)
    answer = await client.result("server/discover")
    assert answer["capabilities"].keys() == {*ALL, "logging", "completions"}
    assert answer["capabilities"]["resources"]["subscribe"] is True
