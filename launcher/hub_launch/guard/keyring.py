"""The system's keyring, where there is one: GNOME's or KDE's, macOS's Keychain, Windows' Credential Manager."""

from typing import Protocol

SERVICE = "hub-launch"
"""Under which everything of ours is kept there."""


class Keyring(Protocol):
    """What of the `keyring` package is used; also its names."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, if there is one."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget one."""
        ...


def system_keyring() -> Keyring | None:
    """The system's keyring, if `keyring` is installed and knows one here."""
    try:
        import keyring
        import keyring.backends.fail
    except ImportError:
        return None
    found = keyring.get_keyring()
    return None if isinstance(found, keyring.backends.fail.Keyring) else found
