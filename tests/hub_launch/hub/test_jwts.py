"""Whose signed tokens are believed. The keys are real, and so are the signatures."""

import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub import jwts as jwts_module
from hub_launch.hub.access import Access, IssuerSilent, JwtRules
from hub_launch.hub.jwts import MAX_KEYS_BYTES, JwtVerifier, check_rules, keys_of

ISSUER, AUDIENCE, ADDRESS = "https://issuer.example", "the-hub", "https://issuer.example/keys"
KEY = ed25519.Ed25519PrivateKey.generate()
OTHER = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)


def pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_set(**keys):
    made = {RSA: jwt.algorithms.RSAAlgorithm}
    own = [
        json.loads(made.get(key, jwt.algorithms.OKPAlgorithm).to_jwk(key.public_key()))
        | {"kid": name, "alg": "RS256" if key is RSA else "EdDSA"}
        for name, key in keys.items()
    ]
    return json.dumps({"keys": own}).encode()


def token(key=KEY, algorithm="EdDSA", name=None, **claims):
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": time.time() + 600}
    body = {key: value for key, value in (usual | claims).items() if value is not None}
    return jwt.encode(body, key, algorithm, headers={"kid": name} if name else None)


class Time:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def keys_file(tmp_path):
    path = tmp_path / "issuer.pem"
    path.write_bytes(pem(KEY))
    return path


@pytest.fixture
def verifier(keys_file):
    return JwtVerifier(JwtRules(ISSUER, AUDIENCE, str(keys_file)))


async def test_a_token_of_the_issuer_for_this_hub_says_who_asks(verifier):
    assert await verifier.verify(token()) == "ada"
    assert await verifier.verify(token(aud=["other", AUDIENCE], sub=None)) == "somebody"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "another-hub"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": 4_000_000_000},
        {"key": OTHER},
        {"key": RSA, "algorithm": "RS256"},
    ],
    ids=lambda claims: " ".join(f"{name}={value}" for name, value in claims.items() if name != "key") or "key",
)
async def test_any_other_is_not_believed(verifier, claims):
    assert await verifier.verify(token(**claims)) is None


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "..", "e30.e30.", "x" * 10_000])
async def test_what_is_no_token_is_none(verifier, text):
    assert await verifier.verify(text) is None


async def test_a_token_without_a_signature_or_with_a_shared_secret_is_not_believed(verifier):
    body = {"iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 600}
    assert await verifier.verify(jwt.encode(body, None, "none")) is None
    # The public key as the secret: everybody knows it.
    shared = jwt.encode(body, "public-key-" * 3, "HS256")
    assert await verifier.verify(shared) is None


async def test_who_asks_is_safe_to_print(verifier):
    assert await verifier.verify(token(sub="\x1b[2J" + "x" * 500)) == r"\x1b[2J" + "x" * 121


# What is remembered


async def test_a_good_token_is_not_looked_at_again_for_a_moment(keys_file):
    clock = Time()
    verifier, good = JwtVerifier(JwtRules(ISSUER, AUDIENCE, str(keys_file)), clock=clock), token()
    assert verifier.remembered(good.encode()) is None
    await verifier.verify(good)
    assert verifier.remembered(good.encode()) == "ada"
    clock.now += jwts_module.REMEMBER_SECONDS + 1
    assert verifier.remembered(good.encode()) is None


async def test_nor_longer_than_it_is_good_for(keys_file):
    clock = Time()
    verifier, short = JwtVerifier(JwtRules(ISSUER, AUDIENCE, str(keys_file)), clock=clock), token(exp=time.time() + 5)
    await verifier.verify(short)
    clock.now += 6
    assert verifier.remembered(short.encode()) is None


async def test_what_is_remembered_is_bounded(verifier, monkeypatch):
    monkeypatch.setattr(jwts_module, "MAX_REMEMBERED", 2)
    for number in range(5):
        await verifier.verify(token(sub=str(number)))
    assert len(verifier._remembered) <= 2


# Keys at an address


class Issuer:
    """Answers with keys, and counts how often it was asked."""

    def __init__(self, data):
        self.data = data
        self.asked = 0

    async def __call__(self, address):
        assert address == ADDRESS
        self.asked += 1
        if isinstance(self.data, Exception):
            raise self.data
        return self.data


@pytest.fixture
def far():
    def verifier(issuer, clock=None):
        return JwtVerifier(JwtRules(ISSUER, AUDIENCE, ADDRESS), issuer, clock or Time())

    return verifier


async def test_keys_are_fetched_when_first_needed_and_kept(far):
    issuer = Issuer(key_set(one=KEY, two=RSA))
    verifier = far(issuer)
    assert issuer.asked == 0
    assert await verifier.verify(token(name="one")) == "ada"
    assert await verifier.verify(token(RSA, "RS256", name="two")) == "ada"
    assert await verifier.verify(token(OTHER, name="one")) is None
    assert issuer.asked == 1


async def test_a_new_key_is_found_and_invented_ones_do_not_become_requests(far):
    clock, issuer = Time(), Issuer(key_set(one=KEY))
    verifier = far(issuer, clock)
    await verifier.verify(token(name="one"))
    issuer.data = key_set(one=KEY, new=OTHER)
    for _ in range(5):
        assert await verifier.verify(token(OTHER, name="new")) is None
    assert issuer.asked == 1
    clock.now += jwts_module.ASK_AGAIN_SECONDS + 1
    assert await verifier.verify(token(OTHER, name="new")) == "ada"
    assert issuer.asked == 2


async def test_a_key_that_the_issuer_took_back_is_forgotten_within_the_hour(far):
    clock, issuer = Time(), Issuer(key_set(one=KEY))
    verifier = far(issuer, clock)
    await verifier.verify(token(name="one"))
    issuer.data = key_set(new=OTHER)
    clock.now += jwts_module.KEYS_SECONDS + 1
    assert await verifier.verify(token(name="one")) is None


@pytest.mark.parametrize("data", [b"<html>", b"{}", b'{"keys": []}', b"[]", OSError("no route")], ids=str)
async def test_an_issuer_that_cannot_be_asked_is_no_reason_to_refuse_or_to_believe(far, data, caplog):
    with pytest.raises(IssuerSilent):
        await far(Issuer(data)).verify(token(name="one"))
    assert "the keys of https://issuer.example cannot be read" in caplog.text


async def test_keys_that_were_read_are_used_while_the_issuer_is_away(far):
    clock, issuer = Time(), Issuer(key_set(one=KEY))
    verifier = far(issuer, clock)
    await verifier.verify(token(name="one"))
    issuer.data = OSError("no route")
    clock.now += jwts_module.KEYS_SECONDS + 1
    assert await verifier.verify(token(name="one")) == "ada"


# Keys in files, and what is said about those that are none


def test_a_file_has_one_key_or_a_set(tmp_path):
    assert list(keys_of(pem(KEY))) == [""]
    assert list(keys_of(key_set(one=KEY, two=RSA))) == ["one", "two"]


def test_a_shared_secret_in_a_set_is_no_key():
    own = json.loads(key_set(one=KEY))["keys"]
    shared = {"kty": "oct", "k": "c2VjcmV0", "kid": "shared", "alg": "HS256"}
    assert list(keys_of(json.dumps({"keys": [*own, shared]}).encode())) == ["one"]
    with pytest.raises(ValueError, match="no public keys"):
        keys_of(json.dumps({"keys": [shared]}).encode())


@pytest.mark.parametrize("data", [b"", b"-----BEGIN PUBLIC KEY-----", b"null", b'{"keys": 1}', b"\xff"])
def test_a_file_that_holds_none_is_refused_by_name(tmp_path, data):
    path = tmp_path / "keys"
    path.write_bytes(data)
    with pytest.raises(HubError, match="no public keys") as caught:
        check_rules(JwtRules(ISSUER, AUDIENCE, str(path)))
    assert caught.value.code == ExitCode.USAGE
    assert str(path) in caught.value.message


def test_a_private_key_is_not_taken(tmp_path):
    path = tmp_path / "keys"
    path.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(HubError, match="a private key, which belongs to the issuer alone"):
        check_rules(JwtRules(ISSUER, AUDIENCE, str(path)))


def test_a_file_that_is_missing_or_too_large_is_named(tmp_path):
    with pytest.raises(HubError, match="No such file"):
        check_rules(JwtRules(ISSUER, AUDIENCE, str(tmp_path / "none")))
    (tmp_path / "large").write_bytes(b" " * (MAX_KEYS_BYTES + 1))
    with pytest.raises(HubError, match="larger than"):
        check_rules(JwtRules(ISSUER, AUDIENCE, str(tmp_path / "large")))


def test_keys_travel_encrypted_or_not_at_all():
    with pytest.raises(HubError, match="whoever is on the way"):
        check_rules(JwtRules(ISSUER, AUDIENCE, "http://issuer.example/keys"))
    check_rules(JwtRules(ISSUER, AUDIENCE, "http://127.0.0.1:9/keys"))
    check_rules(JwtRules(ISSUER, AUDIENCE, ADDRESS))


# At a hub


async def test_a_hub_that_believes_an_issuer_answers_its_tokens_and_no_others(hub, launch, keys_file):
    access = Access(jwt=JwtRules(ISSUER, AUDIENCE, str(keys_file)))
    running = await hub(launch("aa"), access=access)
    for _ in range(2):
        assert (await running.get("/v0/nothing", authorization=f"Bearer {token()}")).status_code == 404
    refused = await running.get("/v0/nothing", authorization=f"Bearer {token(OTHER)}")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (
        401,
        'Bearer realm="mcp-hub", error="invalid_token"',
    )


async def test_a_hub_fetches_the_keys_itself_and_says_when_it_cannot(hub, launch, loopback_keys):
    address, keys = loopback_keys
    running = await hub(launch("aa"), access=Access(jwt=JwtRules(ISSUER, AUDIENCE, address)))
    silent = await running.get("/v0/nothing", authorization=f"Bearer {token(name='one')}")
    assert (silent.status_code, "keys cannot be read" in silent.json()["detail"]) == (503, True)
    keys.append(key_set(one=KEY))
    other = await hub(launch("bb"), access=Access(jwt=JwtRules(ISSUER, AUDIENCE, address)))
    assert (await other.get("/v0/nothing", authorization=f"Bearer {token(name='one')}")).status_code == 404
