import json

import pytest

from hub_launch.cli.call import _value
from hub_launch.errors import ExitCode, HubError

SCHEMA = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "count": {"type": "integer"},
        "exact": {"type": "boolean"},
        "tags": {"type": "array"},
        "where": {"type": "object"},
        "maybe": {"type": ["string", "null"]},
        "either": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "mixed": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "free": {},
    },
    "additionalProperties": False,
}


@pytest.fixture
def call(cli, publish, entry, fake_npx):
    """Calls a tool of a server that is started by an `npx` of the test."""

    def run(tool, *argv, **config):
        publish([entry("demo")])
        fake_npx(**({"tools": ["echo", "fail", "die", "hang"], "schemas": {"echo": SCHEMA}} | config))
        return cli("call", "demo", tool, *argv)

    return run


def test_the_answer_is_printed_and_what_ran_is_shown(call, tmp_path):
    ran = call("echo", "--arg", "text=hello", "--yes")
    assert (ran.code, ran.out) == (0, '{"text": "hello"}\n')
    assert ran.err == (
        "demo: Demo (npm)\n  published    io.github.somebody/demo 1.2.3\n"
        "               nobody has proved the name\n"
        f"  registry     {tmp_path / 'site'}\n"
        f"  runs         {tmp_path / 'bin' / 'npx'} --yes @somebody/demo@1.2.3\n"
        f"  from         {tmp_path / 'cache' / 'packages'},\n"
        "               installed there once and started by its own program\n"
        "  asks for     network: none; files: no files of yours\n"
        "  sandbox      none: it is switched off,\n"
        "               so it can open every file of yours, and reach any network\n"
        "demo: installing @somebody/demo 1.2.3\n"
    )
    # The package's own program, without the words that are for npx.
    assert (tmp_path / "npx.log").read_text() == "[]\n"


def test_without_consent_nothing_is_started(call, tmp_path):
    ran = call("echo", "--arg", "text=a b")
    assert (ran.code, ran.out) == (4, "")
    assert "hint: to approve them: `hub-launch call demo echo --arg 'text=a b' --yes`" in ran.err
    assert not (tmp_path / "npx.log").exists()


def test_a_whole_object_of_arguments_may_be_given_and_single_ones_come_first(call):
    ran = call("echo", "--json", '{"text": "a", "count": 1}', "--arg", "count=2", "--yes")
    assert json.loads(ran.out) == {"text": "a", "count": 2}


def test_as_json_it_is_the_whole_result(call):
    result = call("echo", "--yes", "--format", "json").json
    assert result["content"] == [{"type": "text", "text": "{}"}]
    assert result["isError"] is False


def test_a_tool_that_fails_is_exit_1_with_its_words(call):
    ran = call("fail", "--yes")
    assert (ran.code, ran.out) == (1, "it failed, as asked\n")


def test_a_tool_that_fails_is_told_what_its_arguments_should_be(call):
    schema = {"type": "object", "properties": {"timezone": {"type": "string"}}, "required": ["timezone"]}
    ran = call("fail", "--yes", "--arg", "timezon=Europe/Paris", schemas={"fail": schema})
    assert ran.code == 1
    assert ran.err.endswith(
        "hint: the tool needs timezone: add --arg timezone=…\n"
        "hint: the tool says nothing of an argument timezon; did you mean timezone? it has timezone\n"
    )
    assert "hint" not in call("fail", "--yes", "--arg", "timezone=Europe/Paris", schemas={"fail": schema}).err


def test_an_unknown_tool_is_exit_2_with_the_nearest(call):
    ran = call("ehco", "--yes")
    assert ran.code == 2
    assert "error: demo has no tool 'ehco'\n  hint: did you mean echo? it has echo, fail, die, hang\n" in ran.err


def test_a_server_that_does_not_start_is_exit_1_with_the_reason(call):
    ran = call("echo", "--yes", exit=1, stderr="no API key\n")
    assert ran.code == 1
    assert "error: demo did not start: exited with code 1: no API key\n" in ran.err


def test_a_server_that_dies_in_the_call_is_exit_1_and_no_defect_of_ours(call, tmp_path):
    ran = call("die", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert "error: demo did not answer: " in ran.err
    assert not (tmp_path / "state" / "crash.log").exists()


def test_a_server_that_cannot_be_planned_is_told(cli, publish, entry, no_runner):
    publish([entry("demo")])
    ran = cli("call", "demo", "echo", "--yes")
    assert ran.code == 1
    assert ran.err.startswith("error: npx is not installed\n  hint: install Node.js")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--arg", "text"], "--arg text: not of the form NAME=VALUE"),
        (["--arg", "=x"], "--arg : not of the form NAME=VALUE"),
        (["--json", "{"], "--json is not JSON"),
        (["--json", "[1]"], "--json must be an object"),
        (["--set", "other.x=1"], "--set other.…: other is not among the servers to start"),
        (["--set", "demo.x=1"], "demo has no parameter 'x'"),
    ],
)
def test_a_wrong_argument_is_exit_2_before_anything_is_started(call, tmp_path, argv, said):
    ran = call("echo", "--yes", *argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {said}")
    assert not (tmp_path / "npx.log").exists()


def test_an_argument_that_the_tool_does_not_have_is_exit_2(call):
    ran = call("echo", "--arg", "txet=1", "--yes")
    assert ran.code == 2
    assert "the tool has no argument 'txet'\n  hint: it has text, count" in ran.err


def test_what_a_tool_answers_cannot_command_the_terminal(call, monkeypatch):
    ran = call("echo", "--yes", "--arg", "text=\x1b[2J", tools=["echo"])
    assert ran.code == 0
    assert "\x1b" not in ran.out
    assert "x1b[2J" in ran.out or "u001b[2J" in ran.out


def test_a_tool_whose_name_could_command_the_terminal_is_not_there(call):
    ran = call("\x1b[2J", "--yes", tools=["\x1b[2J", "echo"])
    assert ran.code == 2
    assert "\x1b" not in ran.err
    assert "it has echo" in ran.err


# Values


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("text", "42", "42"),
        ("text", '"quoted"', '"quoted"'),
        ("maybe", '"quoted"', '"quoted"'),
        ("text", '{"a": 1}', '{"a": 1}'),
        ("count", "42", 42),
        ("exact", "true", True),
        ("tags", '["a"]', ["a"]),
        ("where", '{"a": 1}', {"a": 1}),
        ("maybe", "007", "007"),
        ("maybe", "7", "7"),
        ("maybe", "true", "true"),
        ("maybe", "null", None),
        ("either", "7", "7"),
        ("either", "null", None),
        ("either", "plain words", "plain words"),
        ("mixed", "7", 7),
        ("mixed", "x", "x"),
        ("free", "7", 7),
        ("free", "plain words", "plain words"),
    ],
)
def test_a_value_is_read_as_the_schema_wants_it(name, text, value):
    read = _value(name, text, SCHEMA)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(("name", "kind"), [("count", "integer"), ("exact", "boolean"), ("tags", "array")])
def test_a_value_that_is_no_json_where_json_is_wanted_is_exit_2(name, kind):
    with pytest.raises(HubError, match=f"--arg {name}=a b: the tool wants {kind}, as JSON") as caught:
        _value(name, "a b", SCHEMA)
    assert caught.value.code == ExitCode.USAGE


def test_a_tool_that_takes_anything_takes_any_name():
    assert _value("x", "1", {"type": "object"}) == 1
    assert _value("x", "1", {"type": "object", "properties": {"y": {}}}) == 1


@pytest.mark.parametrize(
    "wrong", [[], "text", {"type": 7}, {"type": [{}, 1]}, {"anyOf": 5}, {"anyOf": [None, {"type": {}}]}]
)
def test_a_schema_that_is_none_takes_anything(wrong):
    assert _value("x", "1", {"properties": {"x": wrong}}) == 1
    assert _value("x", "plain words", {"properties": {"x": wrong}}) == "plain words"
