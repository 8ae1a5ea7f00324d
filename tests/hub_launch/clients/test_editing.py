"""Each client's own sample file: what install adds, uninstall takes out again, and nothing else changes."""

import json
from pathlib import Path

import pytest
import tomlkit
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.clients.editing import NAME, current, differing, put, take_out
from hub_launch.clients.formats import FORMATS
from hub_launch.clients.table import CLIENTS
from hub_launch.errors import ExitCode, HubError

SAMPLES = Path(__file__).parents[2] / "examples" / "clients"
HUB = ("/opt/bin/hub-launch", ("--stdio", "time", "--set", 'x.y="z\\"'))


def sample(name):
    (path,) = SAMPLES.glob(f"{name}.*")
    return path.read_bytes().decode()


def ways(client):
    return [client.stdio(*HUB), *([client.http("http://127.0.0.1:8080/mcp")] if client.http else [])]


def test_every_client_has_a_sample_and_every_sample_a_client():
    assert {path.stem for path in SAMPLES.iterdir()} == set(CLIENTS)


@pytest.mark.parametrize("name", CLIENTS)
def test_what_is_added_is_the_hub_and_what_is_taken_out_is_just_that(name):
    client, before = CLIENTS[name], sample(name)
    for entry in ways(client):
        after, piece = put(before, client, entry, "file")
        assert current(after, client, "file") == entry
        assert after.replace(piece, "", 1) == before
        assert take_out(after, client, piece, "file") == before


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "bom"])
def test_line_ends_and_marks_stay(name, end, mark):
    client = CLIENTS[name]
    before = mark + sample(name).replace("\r\n", "\n").replace("\n", end)
    after, piece = put(before, client, client.stdio(*HUB), "file")
    assert take_out(after, client, piece, "file") == before
    if end == "\r\n" and "\n" in before:
        assert "\n" not in after.replace("\r\n", "")


@pytest.mark.parametrize("name", CLIENTS)
def test_a_file_that_is_not_there_yet_is_made_and_emptied(name):
    client = CLIENTS[name]
    after, piece = put("", client, client.stdio(*HUB), "file")
    assert current(after, client, "file") == client.stdio(*HUB)
    assert take_out(after, client, piece, "file") == ""


def written_anew(text, client):
    """As a client writes its whole file after a change of its own."""
    document = FORMATS[client.form].parse(text)
    if client.form == "json":
        return json.dumps(document, indent=3)
    return yaml.safe_dump(document) if client.form == "yaml" else tomlkit.dumps(document)


@pytest.mark.parametrize("name", CLIENTS)
@pytest.mark.parametrize("kind", [0, -1], ids=["command", "address"])
def test_what_a_client_wrote_anew_is_found_by_its_place(name, kind):
    client = CLIENTS[name]
    after, piece = put(sample(name), client, ways(client)[kind], "file")
    without = take_out(written_anew(after, client), client, piece, "file")
    assert NAME not in without
    parse = FORMATS[client.form].parse
    left, before = parse(without), parse(sample(name))
    assert {key: value for key, value in left.items() if value != {}} == {
        key: value for key, value in before.items() if value != {}
    }


@pytest.mark.parametrize("name", CLIENTS)
def test_the_hub_alone_is_found_by_its_place_too(name):
    client = CLIENTS[name]
    after, piece = put("", client, client.stdio(*HUB), "file")
    left = take_out(written_anew(after, client), client, piece, "file")
    assert FORMATS[client.form].parse(left) in (None, {}, {client.section[0]: {}})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("codex", 'mcp_servers = { mcp-hub = { command = "x" } }\n'),
        ("codex", "[mcp_servers.mcp-hub]\ncommand = '''\n[x]\n'''\n"),
        ("codex", '[mcp_servers.mcp-hub]\na = 1\n[b]\n[mcp_servers.mcp-hub.env]\nc = "d"\n'),
        ("goose", "extensions: {mcp-hub: {cmd: x}, other: {cmd: y}}\n"),
        ("goose", "extensions:\n  mcp-hub: &a {cmd: x}\n  other: *a\n"),
    ],
)
def test_what_cannot_be_taken_out_without_changing_something_else_is_left_to_the_user(name, text):
    with pytest.raises(HubError, match=r"take .*mcp-hub out by hand"):
        take_out(text, CLIENTS[name], "", "file")


def test_what_stands_around_a_table_of_toml_stays():
    client = CLIENTS["codex"]
    text = 'a = 1\n\n[mcp_servers."mcp-hub"]\ncommand = "x"\n# own\nargs = []\n\n[mcp_servers.mcp-hub.env]\nb = "c"\n'
    assert take_out(f"{text}\n# of d\n[d]\n", client, "", "file") == "a = 1\n\n# of d\n[d]\n"
    assert take_out(text, client, "", "file") == "a = 1\n"


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("cursor", '{"mcpServers": {', "line 1"),
        ("cursor", '{\n  "mcpServers": }', "line 2"),
        ("cursor", "[]", "no mapping"),
        ("cursor", '{"mcpServers": []}', "no mapping"),
        ("cursor", '{"a": 1} }', "line 1"),
        ("cursor", "[" * 100_000, "JSON"),
        ("codex", "model = ", "no TOML"),
        ("codex", "mcp_servers = 7", "no mapping"),
        ("codex", "mcp_servers = {}", "cannot be"),
        ("goose", "a: [", "line"),
        ("goose", "extensions: 7", "no mapping"),
        ("goose", "a: !!bool maybe", "not of the type that its tag says"),
        ("goose", 'a: !!int ""', "not of the type that its tag says"),
        ("goose", "a: !!timestamp soon", "not of the type that its tag says"),
        ("goose", "- a", "no mapping"),
    ],
)
def test_a_file_that_is_not_right_is_left_as_it_is_with_the_reason(name, text, where):
    client = CLIENTS[name]
    with pytest.raises(HubError, match=where) as caught:
        put(text, client, client.stdio(*HUB), "file")
    assert caught.value.code == ExitCode.USAGE
    assert "was left as it is" in caught.value.message


def test_the_difference_is_shown_as_what_it_is():
    assert differing("a\nb\n", "a\nx\x1b[2J\n") == ["- b", r"+ x\x1b[2J"]


# Files nobody thought of

_texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=8)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)
_files = st.dictionaries(_texts.filter(lambda key: key != "mcpServers"), _json, max_size=4)
_servers = st.dictionaries(
    _texts.filter(lambda key: key != NAME), st.dictionaries(_texts, _texts, max_size=2), max_size=3
)


def _commented(text, comments):
    """Comments and blanks behind some of the lines."""
    lines = text.split("\n")
    return "\n".join(line + comments[number % len(comments)] for number, line in enumerate(lines))


@given(_files, st.none() | _servers, st.sampled_from([None, 1, 2, 4, "\t"]), st.data())
def test_any_json_file_is_what_it_was_after_both(document, servers, indent, data):
    if servers is not None:
        items = list(document.items())
        place = data.draw(st.integers(0, len(items)))
        document = dict([*items[:place], ("mcpServers", servers), *items[place:]])
    text = json.dumps(document, indent=indent, ensure_ascii=data.draw(st.booleans()))
    if indent is not None:
        comments = st.sampled_from(["", "  ", " // {", ' /* "a": } */', "\t//,"])
        text = _commented(text, data.draw(st.lists(comments, min_size=1, max_size=4)))
    client = CLIENTS["cursor"]
    after, piece = put(text, client, client.stdio(*HUB), "file")
    assert current(after, client, "file") == client.stdio(*HUB)
    assert take_out(after, client, piece, "file") == text
    found = take_out(after, client, "", "file")
    assert current(found, client, "file") is None


_words = st.text("abcXYZ09 -_'\"#[]{}:.é", max_size=6)
_scalars = _words | st.booleans() | st.integers(-9, 9) | st.lists(_words, max_size=2)
_tables = st.dictionaries(_words.filter(bool), st.dictionaries(_words.filter(bool), _scalars, max_size=3), max_size=3)
_remarks = st.lists(st.sampled_from(["", "# [x]", "# a: {"]), min_size=1, max_size=3)


def _remarked(text, remarks):
    """Comments and blank lines between its lines, where no text goes over several."""
    lines = text.splitlines()
    return "".join(f"{line}\n{remarks[number % len(remarks)]}\n" for number, line in enumerate(lines))


@given(_tables, _tables, _remarks, st.booleans())
def test_any_toml_file_is_what_it_was_after_both(tables, servers, remarks, servers_first):
    rest = {f"t-{key}": value for key, value in tables.items()}
    parts = {"mcp_servers": servers, **rest} if servers_first else {**rest, "mcp_servers": servers}
    text = _remarked(tomlkit.dumps(parts), remarks)
    client = CLIENTS["codex"]
    after, piece = put(text, client, client.stdio(*HUB), "file")
    assert take_out(after, client, piece, "file") == text
    assert current(take_out(after, client, "", "file"), client, "file") is None


@given(_tables, _tables, _remarks, st.booleans())
def test_any_yaml_file_is_what_it_was_after_both(tables, servers, remarks, servers_first):
    rest = {f"t-{key}": value for key, value in tables.items()}
    parts = {"extensions": servers, **rest} if servers_first else {**rest, "extensions": servers}
    text = _remarked(yaml.safe_dump(parts, sort_keys=False, width=10_000, allow_unicode=True), remarks)
    client = CLIENTS["goose"]
    after, piece = put(text, client, client.stdio(*HUB), "file")
    assert take_out(after, client, piece, "file") == text
    if servers:
        # Within braces it is found by the piece that was added alone.
        assert current(take_out(after, client, "", "file"), client, "file") is None


@pytest.mark.parametrize(
    "text", ["extensions: {}\n", "{}", "extensions: {a: {b: c}} # x\nd: 1\n", "{a: 1, extensions: {}}"]
)
def test_a_mapping_in_braces_is_added_to_in_them(text):
    client = CLIENTS["goose"]
    after, piece = put(text, client, client.stdio(*HUB), "file")
    assert current(after, client, "file") == client.stdio(*HUB)
    assert take_out(after, client, piece, "file") == text


@given(st.text(max_size=60))
def test_no_text_is_too_strange_for_a_parser(text):
    for form in FORMATS.values():
        try:
            form.parse(text)
        except ValueError:
            continue
