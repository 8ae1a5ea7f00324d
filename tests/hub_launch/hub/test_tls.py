"""Certificates, looked at before anything starts, and a hub that serves with one."""

import ssl

import httpx2
import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.access import Access
from hub_launch.hub.tls import tls_context

AUTHORITY = trustme.CA()


@pytest.fixture
def files(tmp_path):
    """Writes a certificate for loopback and its key; the same in one file without `apart`."""

    def write(name="own", *, apart=True):
        issued = AUTHORITY.issue_cert("localhost", "127.0.0.1")
        certificate, key = tmp_path / f"{name}.pem", tmp_path / f"{name}.key"
        if apart:
            certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
            key.write_bytes(issued.private_key_pem.bytes())
        else:
            certificate.write_bytes(issued.private_key_and_cert_chain_pem.bytes())
        return certificate, key if apart else None

    return write


def refused(*files):
    with pytest.raises(HubError) as caught:
        tls_context(*files)
    assert caught.value.code == ExitCode.USAGE
    return caught.value.message


@pytest.mark.parametrize("apart", [True, False], ids=["two files", "one file"])
async def test_a_hub_serves_https(hub, launch, files, apart):
    running = await hub(launch("aa"), access=Access(tls=tls_context(*files(apart=apart))))
    trusting = ssl.create_default_context()
    AUTHORITY.configure_trust(trusting)
    async with httpx2.AsyncClient(verify=trusting, trust_env=False) as http:
        answer = await http.get(f"{running.url}/v0/ping")
        page = await http.get(f"{running.url}/v0/ping", headers={"origin": running.url})
        plain = await http.get(f"{running.url}/v0/ping", headers={"origin": running.url.replace("https", "http")})
    assert running.url.startswith("https://")
    assert (answer.status_code, page.status_code, plain.status_code) == (200, 200, 403)


def test_what_is_older_than_tls_1_2_is_not_spoken(files):
    assert tls_context(*files()).minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_file_that_is_missing_is_named(files, tmp_path):
    certificate, key = files()
    assert refused(tmp_path / "none.pem", key).endswith("none.pem: No such file or directory")
    assert refused(certificate, tmp_path / "none.key").startswith("--tls-key ")
    assert refused(tmp_path, key).endswith("Is a directory")


def test_the_key_of_another_certificate_is_named(files):
    certificate, _ = files()
    _, other = files("other")
    assert refused(certificate, other) == f"--tls-key {other}: not the key of {certificate}"


def test_a_certificate_without_a_key_and_what_is_none_are_refused(files, tmp_path):
    certificate, key = files()
    assert "no certificate with its key" in refused(certificate, None)
    (tmp_path / "text.pem").write_text("hello")
    assert "no certificate with its key" in refused(tmp_path / "text.pem", key)
    assert "no certificate with its key" in refused(key, certificate)


def test_a_key_with_a_password_is_named_and_nobody_is_asked_for_it(files, tmp_path):
    certificate, key = files()
    locked = tmp_path / "locked.key"
    private = load_pem_private_key(key.read_bytes(), None)
    locked.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    assert refused(certificate, locked) == f"--tls-key {locked}: the key has a password"
