import json
import stat

import pytest

from hub_launch.guard.keyring import SERVICE, system_keyring
from hub_launch.run.exchange import Challenge
from hub_launch.run.signin.store import MAX_CHALLENGE, Record, Store

URL = "https://mcp.example.com/mcp"
RECORD = Record(URL, "far", {"tokens": {"access_token": "s3cret"}})


def test_what_is_kept_is_found_again_by_the_address_alone(store):
    store.save(RECORD)
    assert store.load(URL) == RECORD
    assert store.load("https://mcp.example.com/other") is None


def test_nobody_else_may_read_it(store):
    assert store.save(RECORD) is False
    assert stat.S_IMODE(store.path(URL).stat().st_mode) == 0o600
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_secrets_are_in_the_keyring_where_there_is_one(tmp_path, keyring):
    store = Store(tmp_path, lambda: keyring)
    assert store.save(RECORD) is True
    assert "s3cret" not in store.path(URL).read_text()
    assert "s3cret" in keyring.kept[SERVICE, URL]
    assert store.load(URL).secret == RECORD.secret


@pytest.mark.parametrize("broken", ["set_password", "get_password"])
def test_a_keyring_that_does_not_keep_them_is_not_relied_on(tmp_path, keyring, monkeypatch, broken):
    def fail(*args):
        raise RuntimeError("locked")

    monkeypatch.setattr(keyring, broken, fail)
    store = Store(tmp_path, lambda: keyring)
    assert store.save(RECORD) is False
    assert store.load(URL).secret == RECORD.secret


def test_a_keyring_that_was_locked_since_keeps_its_secrets(tmp_path, keyring):
    Store(tmp_path, lambda: keyring).save(RECORD)
    assert Store(tmp_path).load(URL) is None


def test_what_is_forgotten_is_gone_from_both(tmp_path, keyring):
    store = Store(tmp_path, lambda: keyring)
    store.save(RECORD)
    assert store.remove(URL) is True
    assert (keyring.kept, list(tmp_path.iterdir())) == ({}, [])
    assert store.remove(URL) is False


def test_all_are_listed_without_their_secrets(store):
    store.save(RECORD)
    store.save(Record("https://b.example/mcp", "other", {"tokens": {}}))
    assert {(record.id, tuple(record.secret)) for record in store.all()} == {("far", ()), ("other", ())}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"url": 1, "id": 2}', "[" * 5000, '{"url": "u", "id": "i", "secret": 1}']
)
def test_a_damaged_record_is_none(store, text):
    store.save(RECORD)
    store.path(URL).write_text(text)
    assert store.load(URL) is None
    assert list(store.all()) == []


def test_a_record_in_the_place_of_another_is_none(store):
    store.save(RECORD)
    store.path(URL).write_text(json.dumps({"url": "https://evil.example", "id": "far", "secret": {}}))
    assert store.load(URL) is None


def test_why_a_server_refused_a_request_is_kept_until_the_user_signs_in(store):
    challenge = Challenge(401, 'Bearer scope="read"')
    store.keep_challenge(URL, challenge)
    assert store.challenge(URL) == challenge
    assert list(store.all()) == []
    store.forget_challenge(URL)
    assert store.challenge(URL) is None


def test_a_refusal_without_end_is_not_kept(store):
    store.keep_challenge(URL, Challenge(401, "Bearer " + "x" * MAX_CHALLENGE))
    assert store.challenge(URL) is None


@pytest.mark.parametrize("text", ["", "7", "[401]", '["401", "Bearer"]', '{"a": 1, "b": 2}'])
def test_a_damaged_refusal_is_none(store, text):
    store.keep_challenge(URL, Challenge(401, "Bearer"))
    store.path(URL).with_suffix(".refused").write_text(text)
    assert store.challenge(URL) is None


def test_the_secret_is_not_in_what_is_printed_of_a_record():
    assert "s3cret" not in repr(RECORD)


def test_a_machine_without_a_keyring_has_none(monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    import keyring.core

    keyring.core.init_backend()
    assert system_keyring() is None
