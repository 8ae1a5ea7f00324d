"""Tier none: the server runs as its user would run it. The last resort, and said so wherever tiers are shown."""

from hub_launch.guard.sandbox.grants import Grants
from hub_launch.plan import StdioLaunch


def missing() -> str:
    """Nothing is: this one is always to be had."""
    return ""


def wrap(launch: StdioLaunch, grants: Grants) -> StdioLaunch:
    """The launch as it is."""
    del grants
    return launch
