"""Certificates of the hub's own, looked at before anything is started."""

import ssl
from pathlib import Path

from hub_launch.errors import ExitCode, HubError


def tls_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """What serves https with these PEM files; without `key` the certificate's file holds both.

    Raises HubError (exit 2) that says which file, and what is wrong with it.
    """
    for option, path in (("--tls-cert", certificate), ("--tls-key", key)):
        if path is not None:
            _readable(option, path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # RFC 8996: what is older is broken.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        # Of a key with a password none is asked for: nobody may be there to answer.
        context.load_cert_chain(certificate, key, password=_no_password)
    except (ssl.SSLError, ValueError) as error:
        raise _refused(certificate, key, error) from error
    return context


class _Locked(ValueError):
    """The key has a password."""


def _no_password() -> str:
    raise _Locked


def _readable(option: str, path: Path) -> None:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise HubError(
            f"{option} {path}: {error.strerror or error}", "a PEM file that this user can read", ExitCode.USAGE
        ) from error


def _refused(certificate: Path, key: Path | None, error: Exception) -> HubError:
    reason = getattr(error, "reason", "") or ""
    holder = key or certificate
    if isinstance(error, _Locked):
        return HubError(
            f"--tls-key {holder}: the key has a password", "give one without (openssl pkey -in … -out …)",
            ExitCode.USAGE,
        )  # fmt: skip
    if reason == "KEY_VALUES_MISMATCH":
        return HubError(
            f"--tls-key {holder}: not the key of {certificate}", "give the key that the certificate was made with",
            ExitCode.USAGE,
        )  # fmt: skip
    return HubError(
        f"--tls-cert {certificate}: no certificate with its key, as PEM{f' ({reason})' if reason else ''}",
        "give the certificate and those it was issued by with --tls-cert, the private key with --tls-key",
        ExitCode.USAGE,
    )
