import json
import sys

import pytest

from hub_build.upstream import client, each
from hub_launch.errors import HubError


@pytest.fixture
def python(monkeypatch):
    monkeypatch.setattr(client, "find_program", lambda _: sys.executable)


def test_a_client_that_is_missing_says_how_to_get_it():
    with pytest.raises(HubError) as raised:
        client.ask("no-such-client", [], install="install it")
    assert raised.value.hint == "install it"


def test_a_client_runs_with_the_users_environment_in_an_empty_folder(python, monkeypatch):
    monkeypatch.setenv("npm_config_registry", "https://mirror.example")
    code = "import json,os; print(json.dumps([os.listdir(), os.environ['npm_config_registry'], input()]))"

    answer = client.ask("python", ["-c", code], install="", stdin="hello")

    assert json.loads(answer.out) == [[], "https://mirror.example", "hello"]


def test_a_client_that_hangs_is_ended(python, monkeypatch):
    monkeypatch.setattr(client, "MAX_SECONDS", 0.2)
    with pytest.raises(HubError, match="did not answer"):
        client.ask("python", ["-c", "import time; time.sleep(600)"], install="")


def test_a_client_that_floods_is_refused(python, monkeypatch):
    monkeypatch.setattr(client, "MAX_OUTPUT_BYTES", 1000)
    with pytest.raises(HubError, match="more than 1,000 bytes"):
        client.ask("python", ["-c", "print('x' * 2000)"], install="")


def test_what_a_client_said_is_shortened_and_safe_to_print():
    error = client.no_answer("npm cannot tell", client.Answer(1, "", "\x1b[31m" + "no " * 1000))
    assert "\x1b" not in error.hint
    assert len(error.hint) < 2 * client.MAX_TOLD


def test_one_that_fails_hides_no_other():
    def work(number):
        if number == 2:
            raise HubError("no answer")
        return number * 10

    results = dict(each(work, [1, 2, 3]))

    assert (results[1], results[3]) == (10, 30)
    assert results[2].message == "no answer"


def test_a_program_that_cannot_be_started_is_told(tmp_path):
    with pytest.raises(HubError, match="cannot be started"):
        client.run([str(tmp_path / "missing")], cwd=None, environment={})
