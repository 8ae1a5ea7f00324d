import io
import re
import sys

import pytest

from hub_launch.cli.terminal import Terminal


class Tty(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal():
    return Terminal(io.StringIO(), io.StringIO(), interactive=True)


def test_results_and_notes_have_different_streams(terminal):
    terminal.print("a result")
    terminal.note("a note")
    assert (terminal.out.getvalue(), terminal.err.getvalue()) == ("a result\n", "a note\n")


def test_long_text_goes_on_below_itself_where_somebody_looks(terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    terminal.hanging("ok  name  ", "a word and /a/path/that-is-not-broken/anywhere")
    looked_at = Terminal(Tty(), io.StringIO(), interactive=True)
    looked_at.hanging("ok  name  ", "a word and /a/path/that-is-not-broken/anywhere, and more")
    assert terminal.out.getvalue() == "ok  name  a word and /a/path/that-is-not-broken/anywhere\n"
    assert looked_at.out.getvalue().splitlines() == [
        "ok  name  a word and",
        "          /a/path/that-is-not-broken/anywhere,",
        "          and more",
    ]


def test_json_is_readable_for_people_too(terminal):
    terminal.json({"b": ["ä"]})
    assert terminal.out.getvalue() == '{\n  "b": [\n    "ä"\n  ]\n}\n'


def test_a_question_is_put_beside_the_result_and_the_line_typed_is_the_answer(terminal, answers):
    answers(" my answer ")
    assert terminal.ask("name: ") == " my answer "
    assert terminal.err.getvalue() == "name: "
    assert terminal.out.getvalue() == ""


def test_the_end_of_input_is_no_answer(terminal, answers):
    answers()
    assert terminal.ask("name: ") == ""
    assert terminal.err.getvalue() == "name: \n"


def test_a_cell_of_a_table_cannot_make_another_cell_or_row(terminal):
    terminal.table(["a", "b"], [["x\ty", "1\n2"]])
    assert terminal.out.getvalue() == "x\\ty\t1\\n2\n"


def test_a_table_that_the_terminal_is_too_narrow_for_is_a_list(monkeypatch):
    rows = [["a-long-name", "1.0", "npm", "Does one thing, and another one after that"], ["b", "", "", ""]]
    shown = []
    for width in ("40", "60"):
        monkeypatch.setenv("COLUMNS", width)
        out = Tty()
        Terminal(out, Tty(), interactive=True).table(["id", "version", "kind", "description"], rows)
        shown.append([line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()).splitlines()])
    assert shown[0] == ["a-long-name", "  1.0, npm", "  Does one thing, and another one after", "  that", "b"]
    assert " a-long-name   1.0       npm    Does one thing, and another" in shown[1]


@pytest.mark.parametrize("end", [KeyboardInterrupt, EOFError])
def test_a_question_that_is_broken_off_ends_its_line(terminal, monkeypatch, end):
    def read():
        raise end

    if end is EOFError:
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        assert terminal.ask("name: ") == ""
        monkeypatch.setattr("getpass.getpass", lambda *_: read())
        assert terminal.ask_secret("secret: ") == ""
        assert terminal.err.getvalue() == "name: \n\n"
        return
    monkeypatch.setattr("sys.stdin.readline", read)
    with pytest.raises(KeyboardInterrupt):
        terminal.ask("name: ")
    assert terminal.err.getvalue() == "name: \n"


def test_on_a_terminal_a_table_has_its_columns_named():
    out = Tty()
    Terminal(out, Tty(), interactive=True).table(["first", "second"], [["x", "[red]y"]])
    assert "first" in out.getvalue()
    assert "[red]y" in out.getvalue()


@pytest.mark.parametrize(
    ("stdin", "stderr", "interactive"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_somebody_can_answer_only_if_questions_are_seen_and_answers_typed(monkeypatch, stdin, stderr, interactive):
    monkeypatch.setattr(sys, "stdin", Tty() if stdin else io.StringIO())
    monkeypatch.setattr(sys, "stderr", Tty() if stderr else io.StringIO())
    assert Terminal.of_this_process().interactive is interactive
