import pytest

from hub_launch.run.state import SERVING, SETTLED, State, Status


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ({}, "server 'time' is failed"),
        ({"reason": "no key"}, "server 'time' is failed: no key"),
        ({"reason": "no key", "hint": "set one"}, "server 'time' is failed: no key (set one)"),
    ],
)
def test_a_status_tells_a_client_why(rest, said):
    assert Status("time", "Time", "npm", State.FAILED, **rest).sentence() == said


def test_calls_are_passed_on_only_after_a_start():
    assert SERVING < SETTLED
    assert not {State.PENDING, State.STARTING} & SETTLED
