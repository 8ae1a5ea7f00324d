"""The MCP Inspector's command line works with the hub in each of its eras, whatever era the server behind speaks."""

import json

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("conformance")]

# What its exit codes mean.
OK, TOOL_ERROR = 0, 5
CALLS = 50


@pytest.fixture(scope="module")
def hubs(start_hub, fixture_command):
    """Hubs of one server each, of one era; with more servers tools would be searched for."""
    return {era: start_hub({"fixture": [*fixture_command, "--era", era]}) for era in ("legacy", "modern")}


# Eras of the client and of the server behind. One that finds out the era does so once, and is a modern or an older one
# from there on: `make long` has it do all that those do.
ERAS = [("legacy", "modern"), ("modern", "legacy")]
FINDS_OUT = ("auto", "legacy")


@pytest.fixture(params=[*ERAS, pytest.param(FINDS_OUT, marks=pytest.mark.long)], ids="-".join)
def inspect(request, inspector, hubs):
    """Asks for one thing, in an era; returns the exit code, and what was answered."""
    era, server = request.param

    def ask(method, *words, path="/servers/fixture/mcp"):
        done = inspector(f"{hubs[server]}{path}", "--protocol-era", era, "--method", method, *words, "--format", "json")
        return done.returncode, (json.loads(done.stdout)["result"] if done.stdout else done.stderr)

    return ask


@pytest.mark.parametrize("inspect", [*ERAS, FINDS_OUT], ids="-".join, indirect=True)
def test_every_definition_is_portable(inspect):
    code, answer = inspect("tools/list", "--strict", path="/mcp")
    names = {tool["name"] for tool in answer["tools"]}
    assert code == OK
    assert "fixture_test_simple_text" in names


def test_tools_are_called(inspect):
    code, answer = inspect("tools/call", "--tool-name", "test_structured_output", "--tool-arg", "a=1", "b=2")
    assert (code, answer["structuredContent"]) == (OK, {"sum": 3})


def test_a_tool_that_fails_is_said_to_have_failed(inspect):
    code, answer = inspect("tools/call", "--tool-name", "test_error_handling")
    assert (code, answer["isError"]) == (TOOL_ERROR, True)


def test_many_calls_at_once_are_all_answered(inspect):
    words = "--tool-name", "fixture_test_simple_text", "--load", "--load-requests", str(CALLS)
    code, answer = inspect("tools/call", *words, path="/mcp")
    assert (code, answer["ok"], answer["errors"]) == (OK, CALLS, 0)


def test_resources_are_listed_and_read(inspect):
    code, answer = inspect("resources/list")
    assert (code, answer["resources"][0]["uri"]) == (OK, "test://static-text")
    code, answer = inspect("resources/read", "--uri", "test://template/7/data")
    assert (code, json.loads(answer["contents"][0]["text"])["id"]) == (OK, "7")


def test_prompts_are_listed_and_filled_in(inspect):
    code, answer = inspect("prompts/list")
    assert (code, answer["prompts"][0]["name"]) == (OK, "test_simple_prompt")
    words = "--prompt-name", "test_prompt_with_arguments", "--prompt-args", "arg1=one", "arg2=two"
    code, answer = inspect("prompts/get", *words)
    text = "Prompt with arguments: arg1='one', arg2='two'"
    assert (code, answer["messages"][0]["content"]["text"]) == (OK, text)
