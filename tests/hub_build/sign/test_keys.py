import stat

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hub_build.sign import keys
from hub_launch.errors import ExitCode, HubError


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "keys" / "root.pem"
    keys.save(path, keys.generate())
    return path


def pem(private):
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_a_private_key_is_its_owners_alone(key):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_its_public_half_lies_beside_it(key):
    assert keys.load_public(key.with_suffix(".pub")).keyid == keys.load(key).public_key.keyid


def test_a_key_is_never_overwritten(key):
    before = key.read_bytes()
    with pytest.raises(HubError, match="a key is never overwritten"):
        keys.save(key, keys.generate())
    assert key.read_bytes() == before


def test_an_encrypted_key_needs_its_passphrase(tmp_path):
    keys.save(tmp_path / "k.pem", keys.generate(), "open sesame")
    assert b"ENCRYPTED" in (tmp_path / "k.pem").read_bytes()
    assert keys.load(tmp_path / "k.pem", "open sesame")
    for wrong in ("", "open"):
        with pytest.raises(HubError, match="no private key that can be read") as caught:
            keys.load(tmp_path / "k.pem", wrong)
        assert caught.value.code == ExitCode.USAGE
        assert keys.PASSPHRASE_VARIABLE in caught.value.hint


def test_a_key_that_others_can_read_is_refused(key):
    key.chmod(0o640)
    with pytest.raises(HubError, match="can be read by others") as caught:
        keys.load(key)
    assert caught.value.hint == f"`chmod 600 {key}`"


def test_a_key_is_not_written_into_a_repository(tmp_path):
    (tmp_path / ".git").mkdir()
    with pytest.raises(HubError, match="is in the git repository"):
        keys.save(tmp_path / "some" / "k.pem", keys.generate())
    keys.save(tmp_path / ".signing" / "k.pem", keys.generate())
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / ".git").mkdir()
    keys.save(tmp_path / "inner" / ".." / ".signing" / "other.pem", keys.generate())


def test_the_online_key_comes_from_a_file_or_a_variable(key):
    assert keys.load_online(key, {}).public_key
    environ = {keys.ONLINE_KEY_VARIABLE: key.read_text()}
    assert keys.load_online(None, environ).public_key == keys.load(key).public_key
    with pytest.raises(HubError, match="no online key to sign with"):
        keys.load_online(None, {})


@pytest.mark.parametrize(
    "data", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"]
)
def test_what_is_no_key_is_refused_and_never_repeated(data):
    with pytest.raises(HubError) as caught:
        keys.from_pem(data, "HUB_ONLINE_KEY")
    assert caught.value.message == "HUB_ONLINE_KEY is no private key that can be read"
    assert "c2VjcmV0" not in caught.value.hint


def test_a_key_of_another_kind_is_refused(tmp_path, key):
    with pytest.raises(HubError, match="is no ed25519 key"):
        keys.from_pem(pem(ec.generate_private_key(ec.SECP256R1())), "x")
    with pytest.raises(HubError, match="is no public key"):
        keys.load_public(key)


def test_development_keys_are_the_same_for_everybody():
    assert pem(keys.development("online")) == pem(keys.development("online"))
    assert len({pem(keys.development(name)) for name in keys.NAMES}) == 4
