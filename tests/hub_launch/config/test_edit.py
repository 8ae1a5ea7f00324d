"""A server is enabled or disabled, and every other character of the file is left as it was."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_launch.config.edit import set_enabled, with_server, without_server, write_changed
from hub_launch.config.loading import load
from hub_launch.errors import HubError

YAML = """\
# What I use.
hub:
    port: 8080   # odd indentation, kept

servers:
    time:      # nothing yet
    nothing: null
    flow: {set: {folder: [., "~/docs"]}}   # ähem 😀
    empty: {}
    block:   # with a comment
        # and another
        set:
            repository: .
    off:
        enabled: no  # why
    'x-y':
        version: "1.10"
profiles:
    work: [time]
"""
TOML = """\
# What I use.
[hub]
port = 8080   # kept

[servers.time] # a comment
set = {zone = "x"}  # another

[servers.off]
enabled = false
"""
SERVERS = ["time", "nothing", "flow", "empty", "block", "off", "x-y"]


@pytest.mark.parametrize("server", SERVERS)
def test_one_line_of_yaml_changes(written, server):
    path = written(YAML)
    set_enabled(path, server, False)
    set_enabled(path, server, True)
    set_enabled(path, server, False)
    assert not load(path, {}).config.servers[server].enabled
    before, after = YAML.splitlines(), path.read_text(encoding="utf-8").splitlines()
    assert len([line for line in before if line not in after]) <= 1
    assert len([line for line in after if line not in before]) <= 1
    assert all(load(path, {}).config.servers[one].enabled for one in SERVERS if one not in (server, "off"))


@settings(
    max_examples=settings.default.max_examples * 2 // 5, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.sampled_from(SERVERS), st.booleans()), max_size=12))
def test_whatever_is_done_in_whatever_order_the_rest_says_what_it_said(written, steps):
    path = written(YAML)
    before = load(path, {}).config
    wanted = {name: part.enabled for name, part in before.servers.items()}
    for server, enabled in steps:
        set_enabled(path, server, enabled)
        wanted[server] = enabled
    after = load(path, {}).config
    assert {name: part.enabled for name, part in after.servers.items()} == wanted
    same = {name: part.model_copy(update={"enabled": True}) for name, part in after.servers.items()}
    assert same == {name: part.model_copy(update={"enabled": True}) for name, part in before.servers.items()}
    assert (after.hub, after.profiles) == (before.hub, before.profiles)


def test_toml_keeps_its_form(written):
    path = written(TOML, name="hub.toml")
    set_enabled(path, "off", True)
    set_enabled(path, "time", False)
    text = path.read_text()
    assert [line for line in TOML.splitlines() if line not in text.splitlines()] == ["enabled = false"] or (
        "enabled = true" in text
    )
    config = load(path, {}).config
    assert (config.servers["time"].enabled, config.servers["off"].enabled) == (False, True)
    assert 'set = {zone = "x"}  # another' in text


def test_nothing_is_written_when_there_is_nothing_to_change(written):
    path = written(YAML)
    before = path.stat().st_mtime_ns
    assert not set_enabled(path, "time", True)
    assert path.stat().st_mtime_ns == before
    assert set_enabled(path, "time", False)


def test_the_file_keeps_its_place_and_its_mode(written, tmp_path):
    path = written(YAML)
    path.chmod(0o640)
    link = tmp_path / "linked.yaml"
    link.symlink_to(path)
    set_enabled(link, "time", False)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert not load(path, {}).config.servers["time"].enabled


@pytest.mark.parametrize("name", ["hub.yaml", "hub.toml"])
def test_a_server_that_the_file_does_not_have_is_refused(written, name):
    path = written({"hub.yaml": YAML, "hub.toml": TOML}[name], name=name)
    with pytest.raises(HubError, match="has no server 'zz'"):
        set_enabled(path, "zz", False)


def test_windows_line_ends_are_kept(written, tmp_path):
    path = tmp_path / "hub.yaml"
    path.write_bytes(b"servers:\r\n  time:\r\n  git:\r\n    start: lazy\r\n")
    set_enabled(path, "time", False)
    assert path.read_bytes() == b"servers:\r\n  time: {enabled: false}\r\n  git:\r\n    start: lazy\r\n"


# One more server


PART = {"command": "npx", "args": ["-y", "a: #b", "no", "1.10", "ähem"], "env": {"A": "${B:-c}"}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing yet",
        "hub: {port: 1}",
        "servers:",
        "servers:  # mine\n\n# the end\n",
        "servers: null\n",
        "servers: {}\nhub:\n",
        "servers: {aa: , bb: {enabled: no}}\n",
        "servers:\n    aa:\n    # about bb\n    bb: {enabled: false}\n",
        YAML,
    ],
)
def test_a_server_is_added_to_yaml_and_the_rest_stays(written, text):
    path = written(text)
    changed = with_server(path, text, "new", PART)
    before, rest = text.replace("null", "").split(), iter(changed.split())
    assert all(word in rest for word in before if not word.startswith(("{", "servers")))
    write_changed(path, changed)
    new = load(path, {}).config.servers["new"]
    assert (new.command, list(new.args), new.env) == (PART["command"], PART["args"], {"A": "c"})
    with pytest.raises(HubError, match="'new' already"):
        with_server(path, changed, "new", PART)


@pytest.mark.parametrize("text", ["", "# only words\n", TOML])
def test_a_server_is_added_to_toml_and_the_rest_stays(written, text):
    path = written(text, name="hub.toml")
    changed = with_server(path, text, "new", PART)
    assert changed.startswith(text)
    write_changed(path, changed)
    assert load(path, {}).config.servers["new"].args == tuple(PART["args"])


def test_where_it_cannot_be_added_nothing_is_changed(written):
    text = "servers: nonsense\n"
    with pytest.raises(HubError, match="must be a mapping"):
        with_server(written(text), text, "new", PART)


# One server less


@pytest.mark.parametrize("server", ["time", "nothing", "flow", "empty", "block", "off", "x-y"])
def test_a_server_is_taken_out_and_the_rest_stays(written, server):
    text = YAML.replace("work: [time]", "work: []")
    changed = without_server(written(text), text, server)
    gone = [line for line in text.splitlines() if line not in changed.splitlines()]
    assert gone[0].lstrip(" '").startswith(server)
    assert all(line.startswith("        ") for line in gone[1:])
    assert all(line in text.splitlines() for line in changed.splitlines())


@pytest.mark.parametrize(
    ("text", "server", "left"),
    [
        ("servers: {aa: , bb: {enabled: no}, cc: {}}\n", "bb", "servers: {aa: , cc: {}}\n"),
        ("servers: {aa: , bb: {enabled: no}}\n", "bb", "servers: {aa: }\n"),
        ("servers: {aa: {}}\n", "aa", "servers: {}\n"),
        ("servers:\n  aa:", "aa", "servers:\n"),
        (
            "servers:\n  aa:\n    set:\n      a: |\n        x\n        y\n  # b\n  bb:\n",
            "aa",
            "servers:\n  # b\n  bb:\n",
        ),
        ("servers:\r\n  aa:\r\n    only: [x]\r\n  bb:\r\n", "aa", "servers:\r\n  bb:\r\n"),
    ],
)
def test_of_any_form(written, text, server, left):
    assert without_server(written(text), text, server) == left


def test_it_is_taken_out_of_toml(written):
    path = written(TOML, name="hub.toml")
    write_changed(path, without_server(path, TOML, "time"))
    assert "time" not in load(path, {}).config.servers
    assert "# What I use." in path.read_text()


def test_what_a_profile_has_is_not_taken_out(written):
    with pytest.raises(HubError, match=r"profiles\.work\.0: the profile work has time"):
        without_server(written(YAML), YAML, "time")
    with pytest.raises(HubError, match="has no server 'none'"):
        without_server(written(YAML), YAML, "none")
