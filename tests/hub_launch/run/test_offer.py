import pytest
from msgspec import Raw

from hub_launch.run.messages import raw
from hub_launch.run.offer import KINDS, MAX_DEFINITION_BYTES, MAX_NAME, MAX_URI, Definition, read_definition

TOOL = {"name": "echo", "inputSchema": {"type": "object"}}


def read(kind, definition):
    return read_definition(KINDS[kind], raw(definition))


def test_a_definition_is_kept_as_the_bytes_that_the_server_sent():
    sent = Raw(b'{ "name":"echo", "inputSchema": {"type":"object","maximum":1e400} }')
    assert read_definition(KINDS["tools"], sent) == Definition("echo", sent)


@pytest.mark.parametrize("name", ["a", "get_it", "get-it", "v1.get", "a/b", "ns:get", "x" * MAX_NAME])
def test_names_that_servers_have(name):
    assert read("tools", TOOL | {"name": name}).name == name


@pytest.mark.parametrize("name", ["../x", "a\nb", "\x1b[2J", "a b", "ä", "x" * (MAX_NAME + 1), "a/../b"])
def test_names_that_no_client_takes(name):
    reason = read("tools", TOOL | {"name": name})
    assert isinstance(reason, str)
    assert "its name has" in reason
    assert reason.isprintable()


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        (TOOL | {"name": ""}, "a tool without name"),
        ({"inputSchema": {}}, "a tool without name"),
        (TOOL | {"name": 5}, "a tool without name"),
        ([TOOL], "a tool that is no object"),
        ({"name": "echo"}, "tool 'echo': it has no inputSchema"),
        (TOOL | {"inputSchema": []}, "tool 'echo': its inputSchema is of the wrong type"),
        (TOOL | {"description": 5}, "tool 'echo': its description is of the wrong type"),
        (TOOL | {"_meta": "x"}, "tool 'echo': its _meta is of the wrong type"),
        (TOOL | {"description": "x" * MAX_DEFINITION_BYTES}, "tool 'echo': it is longer than 256 kB"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_clients_refuse_a_whole_list_for_is_told(definition, reason):
    assert read("tools", definition) == reason


def test_what_is_missing_or_null_is_as_good():
    assert isinstance(read("tools", TOOL | {"description": None, "outputSchema": None}), Definition)
    assert isinstance(read("prompts", {"name": "p", "arguments": None}), Definition)
    assert isinstance(read("prompts", {"name": "p"}), Definition)


def test_resources_are_known_by_their_addresses():
    assert read("resources", {"uri": "a://b", "name": "b"}).name == "a://b"
    assert read("templates", {"uriTemplate": "a://{b}", "name": "b"}).name == "a://{b}"
    assert isinstance(read("resources", {"uri": "a://" + "b" * MAX_URI, "name": "b"}), str)
    assert isinstance(read("resources", {"uri": "a://\x1b", "name": "b"}), str)


def test_a_schema_is_read_when_somebody_asks():
    assert read("tools", TOOL).input_schema == {"type": "object"}
    assert read("prompts", {"name": "p"}).input_schema == {}
