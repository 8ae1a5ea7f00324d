import pytest

from hub_launch.errors import ExitCode, HubError, why


def test_exit_codes_are_a_promise_to_scripts():
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "FAILED": 1,
        "USAGE": 2,
        "REGISTRY": 3,
        "CONSENT": 4,
        "PORT": 5,
        "INTERNAL": 70,
        "INTERRUPTED": 130,
    }


def test_an_error_is_a_message_a_hint_and_an_exit_code():
    error = HubError("It is not there", "make it", ExitCode.REGISTRY)
    assert (str(error), error.message, error.hint, error.code) == ("It is not there", "It is not there", "make it", 3)


def test_an_error_is_plain_failure_unless_it_says_more():
    assert (HubError("No").hint, HubError("No").code) == ("", ExitCode.FAILED)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory", "/a/path"), "No such file or directory"),
        (OSError("it is full"), "it is full"),
        (ConnectionError("[Errno 111] Connection refused"), "Connection refused"),
        (ValueError("it is empty"), "it is empty"),
        (ValueError(), "ValueError"),
    ],
)
def test_a_fault_is_said_in_words_without_its_number_and_path(error, said):
    assert why(error) == said
