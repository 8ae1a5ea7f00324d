import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_launch.text import command_line, counted, from_home, printable, redact

INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text())
def test_what_is_printable_has_no_control_bidi_zero_width_or_unassigned_character(text):
    assert not {unicodedata.category(char) for char in printable(text)} & INVISIBLE


@given(st.text(st.characters(exclude_categories=list(INVISIBLE))))
def test_plain_text_of_any_script_is_left_alone(text):
    assert printable(text) == text


@given(st.text())
def test_printing_safely_twice_changes_nothing_more(text):
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("safe\u202etxt.exe", r"safe\u202etxt.exe"),
        ("pay\u200bpal", r"pay\u200bpal"),
        ("a\rb", r"a\rb"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("line\u2028break", r"line\u2028break"),
    ],
)
def test_an_unsafe_character_is_shown_as_its_escape(hostile, shown):
    assert printable(hostile) == shown


def test_only_the_characters_asked_for_are_kept():
    assert printable("one\ntwo\tthree\r", keep="\n\t") == "one\ntwo\tthree\\r"


def test_a_command_is_quoted_as_a_shell_needs_it():
    assert command_line(["npx", "--yes", "a b", "$(rm)"]) == "npx --yes 'a b' '$(rm)'"


def test_a_command_is_never_shortened():
    long = "x" * 10_000
    assert command_line(["run", long]) == f"run {long}"


def test_a_secret_in_a_command_is_masked():
    assert "hunter2" not in command_line(["run", "--token=hunter2"], ["hunter2"])
    assert "--token=***" in command_line(["run", "--token=hunter2"], ["hunter2"])


@pytest.mark.parametrize("secret", ["it's mine", "tab\there", "esc\x1b[1m", 'quo"te', "back\\slash", "$HOME `id`"])
def test_a_secret_is_masked_also_where_quoting_and_escaping_change_its_spelling(secret):
    shown = command_line(["run", "--token", secret], [secret])
    assert "***" in shown
    for part in ("mine", "here", "[1m", "te", "slash", "HOME"):
        assert part not in shown


def test_a_secret_inside_another_leaves_no_rest():
    assert redact("abcdef abc", ["abc", "abcdef"]) == "*** ***"


def test_an_empty_secret_masks_nothing():
    assert redact("text", [""]) == "text"


@given(st.text(), st.lists(st.text(st.characters(exclude_characters="*"), min_size=1)))
def test_no_secret_survives_redaction(text, secrets):
    shown = redact(text, secrets)
    assert not [secret for secret in secrets if secret in shown]


def test_one_is_no_several():
    assert [counted(number, "tool") for number in (0, 1, 2, 1000)] == ["0 tools", "1 tool", "2 tools", "1,000 tools"]


def test_paths_below_the_home_are_short_where_a_shell_takes_them_so(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("USERPROFILE", "/home/me")
    assert from_home("/home/me/a b --c=/home/me/d '/home/me/e f'") == "~/a b --c=/home/me/d '/home/me/e f'"
    assert from_home("/home/mean /home/me") == "/home/mean /home/me"
