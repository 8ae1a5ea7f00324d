import pytest

from hub_launch.errors import ExitCode, HubError
from hub_launch.guard.secrets import MAX_SECRET, Secrets, resolved

VALUE = "s3cret-value"


@pytest.fixture
def secrets(tmp_path, keyring):
    return Secrets(tmp_path / "secrets.json", lambda: keyring)


def refusal(function, *args):
    with pytest.raises(HubError) as caught:
        function(*args)
    assert caught.value.code == ExitCode.USAGE
    return caught.value


def test_what_is_kept_can_be_had_listed_and_forgotten(secrets):
    secrets.set("github.token", VALUE)
    secrets.set("brave", "other")
    assert secrets.get("github.token") == VALUE
    assert secrets.names() == ["brave", "github.token"]
    secrets.remove("github.token")
    assert secrets.names() == ["brave"]
    assert "There is no secret 'github.token'" in refusal(secrets.get, "github.token").message


def test_the_file_has_names_alone(secrets, tmp_path):
    secrets.set("github", VALUE)
    assert VALUE not in (tmp_path / "secrets.json").read_text()


@pytest.mark.parametrize("name", ["", "a b", "../x", "-x", "x" * 200, "a\x1b[2J"])
def test_a_name_that_is_none_is_refused_and_shown_as_it_is(secrets, name):
    error = refusal(secrets.set, name, VALUE)
    assert "is no name for a secret" in error.message
    assert "\x1b" not in error.message


@pytest.mark.parametrize("value", ["", "x" * (MAX_SECRET + 1)])
def test_nothing_and_too_much_are_no_secrets(secrets, value):
    refusal(secrets.set, "github", value)
    assert secrets.names() == []


def test_a_machine_without_a_keyring_keeps_no_secret_in_a_file(tmp_path):
    secrets = Secrets(tmp_path / "secrets.json", lambda: None)
    assert "no keyring" in refusal(secrets.set, "github", VALUE).message
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_a_keyring_is_known_before_a_secret_is_asked_for(tmp_path):
    with pytest.raises(HubError, match="has no keyring"):
        Secrets(tmp_path / "secrets.json", lambda: None).check("github")


def test_a_locked_keyring_is_said(tmp_path):
    class Locked:
        def get_password(self, service, username):
            raise RuntimeError("the collection is locked")

    secrets = Secrets(tmp_path / "secrets.json", Locked)
    assert "cannot be read: the collection is locked" in refusal(secrets.get, "github").message


@pytest.mark.parametrize("text", ["", "{", "7", '["a", 7]', "[" * 100_000])
def test_a_damaged_list_of_names_loses_names_and_no_secret(secrets, tmp_path, text):
    secrets.set("github", VALUE)
    (tmp_path / "secrets.json").write_text(text)
    assert set(secrets.names()) <= {"a"}
    assert secrets.get("github") == VALUE


def test_references_are_replaced_and_what_they_stand_for_is_secret(secrets):
    secrets.set("github", VALUE)
    values, secret = resolved({"token": ["keyring:github"], "folder": [".", "keyrings"]}, secrets)
    assert values == {"token": [VALUE], "folder": [".", "keyrings"]}
    assert secret == {VALUE}
    assert "`hub-launch secret set nothing`" in refusal(resolved, {"token": ["keyring:nothing"]}, secrets).hint
