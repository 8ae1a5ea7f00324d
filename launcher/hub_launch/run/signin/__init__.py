"""Signing in to remote servers with OAuth: what is kept of it, how it is used and renewed, and how it is got."""

from pathlib import Path

from hub_launch.guard.keyring import system_keyring
from hub_launch.plan import HttpLaunch
from hub_launch.run.exchange import Authorization
from hub_launch.run.signin.oauth import SignedIn
from hub_launch.run.signin.store import Store

__all__ = ["SignedIn", "Store", "authorization_of", "open_store"]


def open_store(state_dir: Path) -> Store:
    """What is kept of signing in, e.g. in ~/.local/state/hub-launch/signin/ and the system's keyring."""
    return Store(state_dir / "signin", system_keyring)


def authorization_of(launch: HttpLaunch, store: Store) -> Authorization:
    """What `HttpLink` names the user with, from the first request after they signed in."""
    return SignedIn(launch, store)
