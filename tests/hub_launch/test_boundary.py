import pytest

from hub_launch.boundary import guarded
from hub_launch.errors import ExitCode, HubError


@pytest.fixture
def run():
    """Runs an action that raises; returns the exit code and what was said."""

    def guard(error):
        said = []

        def action():
            raise error

        return guarded(action, said.append, lambda one: f"reported {one!r}"), said

    return guard


def test_what_ends_well_ends_with_its_own_code():
    assert guarded(lambda: 1, pytest.fail, pytest.fail) == 1


def test_a_mistake_of_the_users_is_told_with_its_hint(run):
    assert run(HubError("No port", "choose one", ExitCode.PORT)) == (5, ["error: No port", "  hint: choose one"])
    assert run(HubError("No")) == (1, ["error: No"])


def test_several_lines_stay_lines_and_nothing_else_reaches_the_terminal_raw(run):
    assert run(HubError("a\nb\x1b[2J"))[1] == ["error: a\nb\\x1b[2J"]


def test_ctrl_c_is_told(run):
    assert run(KeyboardInterrupt()) == (130, ["interrupted"])


def test_a_defect_is_reported(run):
    assert run(ZeroDivisionError("x")) == (70, ["reported ZeroDivisionError('x')"])


def test_leaving_on_purpose_is_left_alone(run):
    with pytest.raises(SystemExit):
        run(SystemExit(2))
