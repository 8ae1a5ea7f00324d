"""The form of a configuration file: what cannot be read is said with file and line."""

import pytest

from hub_launch.config.document import MAX_BYTES, MAX_DEPTH, read_document
from hub_launch.errors import ExitCode, HubError


def test_every_scalar_is_text_until_the_models_say_what_it_is(written):
    document = read_document(written("a: 010\nb: 1.10\nc: no\nd: 12:30\ne: 2026-11-21\nf: 'x'\n"))
    assert document.values == {"a": "010", "b": "1.10", "c": "no", "d": "12:30", "e": "2026-11-21", "f": "x"}


def test_nothing_after_the_colon_is_nothing(written):
    assert read_document(written("a:\nb: ~\nc: null\nd: ''\n")).values == {"a": None, "b": None, "c": None, "d": ""}


def test_an_empty_file_says_nothing(written):
    assert read_document(written("# later\n")).values == {}


def test_keys_and_list_items_have_lines(written):
    document = read_document(written("a:\n  b:\n    - x\n    - {c: 1}\n"))
    assert document.lines == {("a",): 1, ("a", "b"): 2, ("a", "b", 0): 3, ("a", "b", 1): 4, ("a", "b", 1, "c"): 4}


def test_toml_has_lines_too(written):
    text = '[hub]\nport = 1\n\n[servers.time]\nset.zone = "x"\n[servers."git"]\n[[registries]]\nname = "a"\n'
    document = read_document(written(text, name="hub.toml"))
    assert document.values["servers"] == {"time": {"set": {"zone": "x"}}, "git": {}}
    assert document.lines["hub", "port"] == 2
    assert document.lines["servers", "time", "set", "zone"] == 5
    assert document.lines["servers", "git"] == 6


def test_what_is_wrong_inside_of_a_value_is_on_the_line_of_the_key_that_is_known(written):
    document = read_document(written("a = [\n  1,\n]\n", name="hub.toml"))
    assert document.sentence(("a", 0, "b"), "no").endswith("hub.toml, line 1: a.0.b: no")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("hub: {\n\n", 3, "not YAML"),
        ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("a: &x 1\nb: *x\n", 2, "aliases"),
        ("- a\n", 1, "the file must be a mapping"),
        ("time\n", 1, "the file must be a mapping"),
        ("servers:\n  time:\n  git:\n  time:\n", 4, "`time` is already given on line 2"),
        ("? [a]\n: 1\n", 1, "a key must be text"),
        ("a: \x07\n", 1, "invisible character"),
        ("a: " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), 1, "more than 20 levels deep"),
    ],
)
def test_what_is_no_yaml_is_said_with_its_line(written, text, line, words):
    path = written(text)
    with pytest.raises(HubError, match=rf"{path}, line {line}: .*{words}") as caught:
        read_document(path)
    assert caught.value.code == ExitCode.USAGE


def test_what_is_no_toml_is_said_with_its_line(written):
    path = written("[hub]\nport = \n", name="hub.toml")
    with pytest.raises(HubError, match=f"{path}, line 2: not TOML"):
        read_document(path)


@pytest.mark.parametrize("name", ["hub.yaml", "hub.toml"])
def test_bytes_that_are_no_text_are_said_with_their_line(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"# a\n# \xff\n")
    with pytest.raises(HubError, match=f"{path}, line 2: .*not UTF-8"):
        read_document(path)


def test_a_file_that_is_missing_or_too_large_is_said_so(tmp_path):
    path = tmp_path / "hub.yaml"
    for data, words in ((None, "No such file"), (b"a" * (MAX_BYTES + 1), "larger than")):
        if data:
            path.write_bytes(data)
        with pytest.raises(HubError, match=f"{path} cannot be read: {words}"):
            read_document(path)
