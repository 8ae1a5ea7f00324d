from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_build.convert.emit import HEADER, KEY_ORDER, emit, ordered
from hub_build.samples import SAMPLES
from hub_launch.catalog import Entry
from hub_launch.judge.load import ENTRY, Loaded, load_bytes, load_file
from hub_launch.judge.load.text import HIDDEN

# What YAML readers take for something else than text, or for the end of it.
AWKWARD = [
    "", " ", "no", "1.10", "2026-11-21", "0x1f", "1e3", "~", "null", "-", "- a", "a: b", "a #b", "#a", "@a", "`", "&a",
    "*a", "!a", "%a", "|", ">", "'", '"', "{a}", "[a]", "a\nb", "a\n", "\na", " a", "a ", "a\n\n", "\t", "a\tb",
    "a\n  b", "---", "...", "a\r\nb", "=", "<<", ":", "?", "? a", "12:30:00", "\u00e9\U0001f600", "\\",
    "a\\n", ",", "true", "x:",
]  # fmt: skip

clean = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40).filter(
    lambda text: not HIDDEN.search(text)
)
texts = st.sampled_from(AWKWARD) | clean
values = st.recursive(
    texts | st.booleans() | st.integers(-(2**53), 2**53) | st.integers(-99, 99).map(lambda number: number / 4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(texts, values, min_size=1, max_size=5)


@given(documents)
def test_what_is_emitted_is_loaded_back_the_same(document):
    loaded = load_bytes(emit(document, HEADER), "x.yaml", ENTRY)
    assert isinstance(loaded, Loaded), loaded
    assert loaded.findings == ()
    assert loaded.document == document


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_stays_text_as_a_key_and_as_a_value(text):
    if HIDDEN.search(text):
        pytest.skip("no entry may contain it")
    loaded = load_bytes(emit({text: text, "list": [text]}), "x.yaml", ENTRY)
    assert loaded.document == {text: text, "list": [text]}


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), 1e30, 2**60, "\ud800"])
def test_what_cannot_be_written_is_refused(value):
    with pytest.raises(ValueError, match=r".+"):
        emit({"x": value})


def test_samples_of_all_kinds_are_written_in_the_order_of_the_guide():
    for sample in SAMPLES:
        loaded = load_bytes(emit(ordered(sample)), "x.yaml", ENTRY)
        assert loaded.document == sample
        assert list(loaded.document) == [key for key in KEY_ORDER if key in sample]


def test_the_order_knows_every_key_of_an_entry():
    assert {field.alias for field in Entry.model_fields.values()} == set(KEY_ORDER)


def test_texts_of_several_lines_are_blocks_and_equal_parts_are_written_out():
    same = ["a"]
    text = emit({"documentation": "One.\n\nTwo.\n", "a": same, "b": same}).decode()
    assert text == "documentation: |\n  One.\n\n  Two.\na: [a]\nb: [a]\n"


def test_quotes_are_double():
    assert emit({"version": "1.10", "identifier": "@a/b"}).decode() == 'version: "1.10"\nidentifier: "@a/b"\n'


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["local", "time-zones"], "tags: [local, time-zones]\n"),
        (["no", "1.10"], 'tags: ["no", "1.10"]\n'),
        (["api.example.com:443", "a"], "tags:\n  - api.example.com:443\n  - a\n"),
        (["x" * 70, "y" * 20], f"tags:\n  - {'x' * 70}\n  - {'y' * 20}\n"),
        ([], "tags: []\n"),
    ],
)
def test_words_stand_on_one_line_as_in_our_own_entries(words, expected):
    assert emit({"tags": words}).decode() == expected


OWN = sorted((Path(__file__).parents[3] / "registry/servers").glob("*.yaml"))


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_our_own_entries_are_written_as_they_are_but_for_comments(path):
    loaded = load_file(path, path.name, ENTRY)
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    written = [first, *(line for line in lines if not line.lstrip().startswith("#"))]
    assert emit(ordered(loaded.document), HEADER).decode().splitlines() == written
