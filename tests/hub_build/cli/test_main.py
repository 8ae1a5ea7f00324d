import pytest

from hub_build.cli import check, main
from hub_launch.errors import ExitCode, HubError


@pytest.fixture
def raising(monkeypatch):
    def set_up(error):
        def run(arguments):
            raise error

        monkeypatch.setattr(check, "run", run)

    return set_up


def test_an_error_is_a_message_a_hint_and_its_code(run, raising):
    raising(HubError("it is \x1b[31mbroken", "mend it", ExitCode.REGISTRY))
    ended = run("check")
    assert ended.code == ExitCode.REGISTRY
    assert ended.err == "error: it is \\x1b[31mbroken\n  hint: mend it\n"
    assert ended.out == ""


def test_a_defect_of_ours_says_so_and_where(run, raising):
    raising(ZeroDivisionError("oops"))
    ended = run("check")
    assert ended.code == ExitCode.INTERNAL
    assert "ZeroDivisionError: oops" in ended.err
    assert "test_main.py" in ended.err
    assert "report" in ended.err


def test_ctrl_c_ends_with_its_own_code(run, raising):
    raising(KeyboardInterrupt())
    assert run("check").code == ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["chekc"], "hub-build: COMMAND cannot be 'chekc'", "did you mean check? it is one of new, check, "),
        (["check", "--onlien"], "hub-build check has no option --onlien", "did you mean --online? `hub-build check --"),
        (["check", "--formt", "json"], "hub-build check has no option --formt", "did you mean --format? "),
        (["site", "--out"], "hub-build site: -o/--output: expected one argument", "`hub-build site --help` says what"),
        (["export"], "hub-build export: --to must be given", "`hub-build export --help` says what there is"),
        ([], "hub-build: COMMAND must be given", "`hub-build --help` says what there is"),
    ],
)
def test_wrong_use_is_a_line_with_what_was_meant(run, words, message, hint):
    ended = run(*words)
    told, advice = ended.err.splitlines()
    assert (ended.code, ended.out, told) == (ExitCode.USAGE, "", f"error: {message}")
    assert advice.startswith(f"  hint: {hint}")


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in main.COMMANDS)], ids=" ".join)
def test_help_has_examples(run, capsys, words):
    with pytest.raises(SystemExit) as ended:
        run(*words)
    assert ended.value.code == 0
    assert "examples:\n  hub-build " in capsys.readouterr().out
