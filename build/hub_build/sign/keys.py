"""Signing keys: ed25519 as PEM (PKCS #8), private files for their owner alone, outside the repository."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, SSlibKey

from hub_launch.errors import ExitCode, HubError, why
from hub_launch.files import read_bounded

ONLINE_KEY_VARIABLE = "HUB_ONLINE_KEY"
"""The private online key as PEM text, for machines that keep secrets in variables."""
PASSPHRASE_VARIABLE = "HUB_KEY_PASSPHRASE"  # noqa: S105  # the variable's name
"""The passphrase of an encrypted key, where nobody can be asked."""

PRIVATE_MODE = 0o600
# A key in PEM has 120 bytes, an encrypted one 300.
MAX_KEY_BYTES = 16 * 1024

NAMES = ("root-1", "root-2", "root-3", "online")


def generate() -> Ed25519PrivateKey:
    """A new key."""
    return Ed25519PrivateKey.generate()


def development(name: str) -> Ed25519PrivateKey:
    """A key that everybody can make from its name, so that nobody can take it for a secret."""
    seed = hashlib.sha256(f"mcp-hub development key {name}: not a secret".encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def signer(key: Ed25519PrivateKey) -> CryptoSigner:
    """What signs with that key."""
    return CryptoSigner(key)


def save(path: Path, key: Ed25519PrivateKey, passphrase: str = "") -> None:
    """Write the private key, and the public one beside it as `<name>.pub`. Raises HubError if one is there already."""
    encryption = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    _refuse_repository(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Opened with its mode: a key that is readable for a moment is a key that was read.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE), "wb") as file:
            file.write(private)
        path.with_suffix(".pub").write_bytes(public)
    except FileExistsError as error:
        raise HubError(f"{path} exists, and a key is never overwritten", "choose another place") from error
    except OSError as error:
        raise HubError(f"{path} cannot be written: {why(error)}") from error


def load(path: Path, passphrase: str = "") -> CryptoSigner:
    """The signer with a private key. Raises HubError (exit 2) if it is none, encrypted, or open to others."""
    try:
        data = read_bounded(path, MAX_KEY_BYTES)
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise HubError(f"the key {path} cannot be read: {why(error)}", code=ExitCode.USAGE) from error
    if mode & 0o077:
        raise HubError(f"the key {path} can be read by others", f"`chmod 600 {path}`", ExitCode.USAGE)
    return from_pem(data, str(path), passphrase)


def load_online(path: Path | None, environ: Mapping[str, str], passphrase: str = "") -> CryptoSigner:
    """The online key from a file, else from HUB_ONLINE_KEY. Raises HubError (exit 2) if there is none."""
    if path:
        return load(path, passphrase)
    text = environ.get(ONLINE_KEY_VARIABLE)
    if not text:
        raise HubError(
            "there is no online key to sign with",
            f"name its file with --online-key, or put the PEM text into {ONLINE_KEY_VARIABLE}",
            ExitCode.USAGE,
        )
    return from_pem(text.encode(), ONLINE_KEY_VARIABLE, passphrase)


def from_pem(data: bytes, where: str, passphrase: str = "") -> CryptoSigner:
    """The signer with the key in `data`. Messages never repeat what is in it."""
    try:
        key = serialization.load_pem_private_key(data, passphrase.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        hint = f"is it encrypted? Then --passphrase asks for it, or {PASSPHRASE_VARIABLE} has it"
        raise HubError(f"{where} is no private key that can be read", hint, ExitCode.USAGE) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise HubError(f"{where} is no ed25519 key", "`hub-build sign key FILE` makes one", ExitCode.USAGE)
    return CryptoSigner(key)


def load_public(path: Path) -> SSlibKey:
    """A public key. Raises HubError (exit 2), also for a private one: that one should not travel."""
    try:
        key = serialization.load_pem_public_key(read_bounded(path, MAX_KEY_BYTES))
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise HubError(
            f"{path} is no public key", "`hub-build sign key FILE` writes one, FILE.pub", ExitCode.USAGE
        ) from error
    if not isinstance(key, Ed25519PublicKey):
        raise HubError(f"{path} is no ed25519 key", "`hub-build sign key FILE` makes one", ExitCode.USAGE)
    return public_of(key)


def public_of(key: Ed25519PublicKey) -> SSlibKey:
    """A public key as metadata has it; its id is the hash of the key."""
    return SSlibKey.from_crypto(key)


def _refuse_repository(path: Path) -> None:
    """Raise HubError (exit 2) for a place in a git repository that git would offer to commit."""
    for folder in path.resolve().parents:
        if (folder / ".git").exists() and not _is_ignored_root(path.resolve(), folder):
            raise HubError(
                f"{path} is in the git repository {folder}, where a private key would be committed one day",
                "choose a place outside",
                ExitCode.USAGE,
            )


def _is_ignored_root(path: Path, repository: Path) -> bool:
    # The one folder of a checkout for keys that are no secret; .gitignore names it.
    return path.is_relative_to(repository / ".signing")
