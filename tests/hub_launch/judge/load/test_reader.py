import codecs
import os

import pytest
import yaml

import hub_launch.judge.load.reader
from hub_launch.judge.load import ENTRY, JSON_SPEC, YAML_SPEC, Loaded, load_bytes, load_file
from hub_launch.judge.load.profile import MAX_ENTRY_BYTES, MAX_ENTRY_SCALAR, MAX_FINDINGS

DEEP = 5_000


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def parser(request, monkeypatch):
    """Every test with both parsers: libyaml may be missing where PyYAML was built."""
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(hub_launch.judge.load.reader, "LOADER", getattr(yaml, request.param))


def load(text, profile=ENTRY):
    return load_bytes(text if isinstance(text, bytes) else text.encode(), "x.yaml", profile)


def rules(result):
    return [finding.rule for finding in (result.findings if isinstance(result, Loaded) else result)]


def test_a_document_is_read_with_the_positions_of_keys_and_values():
    loaded = load("a: 1\nlist:\n  - name: x\n    flag: true\n")
    assert loaded.document == {"a": 1, "list": [{"name": "x", "flag": True}]}
    assert loaded.position(("list", 0, "flag")) == (4, 11)
    assert loaded.position(("list", 0, "flag"), key=True) == (4, 5)
    assert loaded.position(("list", 0)) == (3, 5)
    assert loaded.findings == ()


def test_the_position_of_what_is_missing_is_that_of_its_parent():
    assert load("a: {b: 1}").position(("a", "c", 0)) == (1, 4)
    assert load("a: 1").position(("b",)) == (1, 1)


def test_columns_count_characters_and_not_bytes():
    assert load("{ä: é, b: no}").findings[0].column == 11


def test_the_value_at_a_position_is_found():
    loaded = load("a: 1\nb:\n  - x\n  - y: 2\n")
    assert loaded.pointer_at((4, 8)) == ("b", 1, "y")
    assert loaded.pointer_at((1, 1)) == ("a",)
    assert load("# c\na: 1").pointer_at((1, 1)) == ()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (codecs.BOM_UTF8 + b"a: 1", "byte-order mark"),
        ("a: 1".encode("utf-16"), "UTF-16"),
        ("a: 1".encode("utf-16-be"), "NUL"),
        (b"a: 1\nb: \0", "NUL"),
        (b"a: 1\nb: \xff", "not UTF-8: byte 0xff"),
        (b"a: \xed\xa0\x80", "not UTF-8"),
    ],
)
def test_only_utf_8_without_marks_is_read(data, words):
    (finding,) = load(data)
    assert finding.rule == "encoding"
    assert words in finding.message
    assert finding.line == data[: data.find(b"\xff") if b"\xff" in data[2:] else None].count(b"\n") + 1


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_without_reading_on(opening):
    result = load("a:\n  " + opening * DEEP)
    assert set(rules(result)) <= {"too-deep", "key-type"}
    assert rules(result)


def test_deep_json_is_refused_without_recursion():
    assert rules(load('{"a":' * DEEP, JSON_SPEC)) == ["too-deep"]


@pytest.mark.parametrize("text", ["- 0\n" * 6_000, "a: [" + "0," * 10_000])
def test_the_number_of_nodes_is_bounded(text):
    assert rules(load("x:\n" + text if text[0] == "-" else text)) == ["too-many"]


def test_the_size_is_bounded():
    assert rules(load(b"#" * (MAX_ENTRY_BYTES + 1))) == ["too-large"]
    assert isinstance(load(b"a: 1 #" + b"#" * (MAX_ENTRY_BYTES - 6)), Loaded)


def test_the_length_of_texts_and_keys_is_bounded():
    assert rules(load("a: " + "x" * (MAX_ENTRY_SCALAR + 1))) == ["too-long"]
    assert rules(load('"' + "k" * 600 + '": 1')) == ["too-long"]


def test_the_number_of_findings_is_bounded_and_the_last_says_so():
    result = load("a: [" + "no, " * 1_000 + "]")
    assert len(result) == MAX_FINDINGS + 1
    assert "was not read" in result[-1].message


def test_an_alias_is_never_followed():
    bomb = "a: &a [x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcd", "bcde", strict=True))
    loaded = load(bomb)
    assert loaded.document["e"] == [None, None]


def test_an_alias_in_the_place_of_the_document_is_a_finding():
    assert rules(load("*a")) == ["alias"]


def test_the_first_of_two_equal_keys_counts_and_the_second_is_reported_with_its_line():
    loaded = load("a: 1\nb: 2\na: {c: 3}\n")
    assert loaded.document == {"a": 1, "b": 2}
    assert "already given on line 1" in loaded.findings[0].message
    assert loaded.findings[0].line == 3


def test_a_character_beyond_unicode_is_a_finding():
    assert rules(load('a: "\\U00110000"')) == ["syntax"]


def test_a_lone_surrogate_is_a_finding():
    assert rules(load('a: "\\ud800"')) in (["syntax"], ["hidden-character"])
    assert rules(load('{"a": "\\ud800"}', JSON_SPEC)) == ["hidden-character"]


def test_hidden_characters_are_located_and_named():
    loaded = load("a: 1\nlist: [x, y\u202e]\n")
    (finding,) = loaded.findings
    assert (finding.line, finding.column, finding.pointer) == (2, 12, "/list/1")
    assert "U+202E (right-to-left override)" in finding.message
    assert "\u202e" not in finding.message


@pytest.mark.parametrize("text", ["a: ❤️", "a: 1️⃣", "a: 🇫🇷", "a: 👍🏽", "a: ไทย עברית العربية हिन्दी", "a: b\r\nc: d\r\n"])
def test_visible_text_of_every_script_and_plain_emoji_are_read(text):
    assert load(text).findings == ()


@pytest.mark.parametrize(
    "text", ["a: x\ufe0f", "a: 👩\u200d🚀", "a: x\u00ady", "a: x\u3164", "a: \u2060x", "a: x\rb: y"]
)
def test_invisible_characters_are_refused(text):
    assert "hidden-character" in rules(load(text))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: b: c", "quote a value"),
        ("a: @x", "quote a value"),
        ("a:\n\tb: c", "spaces, not tabs"),
        ("a: [b", "close the ["),
        ("a: 'b", "close the quote"),
    ],
)
def test_a_syntax_error_has_a_hint(text, hint):
    (finding,) = load(text)
    assert finding.rule == "syntax"
    assert hint in finding.hint


def test_openapi_documents_may_have_null_dates_and_numbers_as_keys():
    document = load("a: ~\nb: 2026-01-01\nc: {200: x}\nd: yes\n", YAML_SPEC).document
    assert document == {"a": None, "b": "2026-01-01", "c": {"200": "x"}, "d": "yes"}


def test_json_is_read_with_positions():
    loaded = load('{\n  "a": [1, {"b": "\\ud83d\\ude00\\/"}],\n  "c": null, "d": -1.5E2}', JSON_SPEC)
    assert loaded.document == {"a": [1, {"b": "😀/"}], "c": None, "d": -150.0}
    assert loaded.position(("a", 1, "b")) == (2, 18)


@pytest.mark.parametrize(
    "text", ['{"a":1,}', "{'a': 1}", '{"a" 1}', "{", '{"a": NaN}', '{"a": 01}', '{"a": "\t"}', "x", '{"a":1} {}']
)
def test_what_is_not_json_is_refused(text):
    assert rules(load(text, JSON_SPEC)) == ["syntax"]


def test_equal_keys_in_json_are_refused():
    loaded = load('{"a": 1,\n "a": 2}', JSON_SPEC)
    assert (loaded.findings[0].rule, loaded.findings[0].line) == ("duplicate-key", 2)


def test_numbers_beyond_json_are_refused():
    assert rules(load('{"a": 1e999}', JSON_SPEC)) == ["number"]


def test_symbolic_links_are_not_followed(tmp_path):
    (tmp_path / "secret.yaml").write_text("a: 1")
    (tmp_path / "link.yaml").symlink_to("secret.yaml")
    (finding,) = load_file(tmp_path / "link.yaml", "link.yaml", ENTRY)
    assert "symbolic link" in finding.message


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (finding,) = load_file(tmp_path / "pipe.yaml", "pipe.yaml", ENTRY)
    assert finding.rule == "not-a-file"


def test_a_folder_and_a_missing_file_are_findings(tmp_path):
    assert rules(load_file(tmp_path, "x", ENTRY)) == ["not-a-file"]
    assert rules(load_file(tmp_path / "gone", "x", ENTRY)) == ["unreadable"]


def test_no_more_of_a_file_is_read_than_it_may_have(tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a sparse terabyte
    assert rules(load_file(path, "large.yaml", ENTRY)) == ["too-large"]
