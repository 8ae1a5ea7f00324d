"""The tiers, strongest first.

To add one: write it in a file of its own, and add a line to TIERS (and its name to catalog.recorded.Tier).
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hub_launch.catalog.recorded import Tier as TierName
from hub_launch.errors import HubError
from hub_launch.guard.sandbox import bwrap, landlock, none, seatbelt
from hub_launch.guard.sandbox.grants import Grants, grants_of
from hub_launch.plan import StdioLaunch
from hub_launch.settings import SandboxMode, make_folder


@dataclass(frozen=True, slots=True)
class Tier:
    """One way to shut a server in.

    missing: why it is not to be had on this machine, or empty. wrap: the launch shut in; pure. system: how the name of
    the platform begins that has it, as `sys.platform`; empty for all.
    """

    name: TierName
    missing: Callable[[], str]
    wrap: Callable[[StdioLaunch, Grants], StdioLaunch]
    system: str = ""


NONE = Tier("none", none.missing, none.wrap)

# Of launches that bring their own: nothing is added to them.
CONTAINER = Tier("container", none.missing, none.wrap)

TIERS = (
    Tier("bwrap", bwrap.missing, bwrap.wrap, "linux"),
    Tier("landlock", landlock.missing, landlock.wrap, "linux"),
    Tier("sandbox-exec", seatbelt.missing, seatbelt.wrap, "darwin"),
    NONE,
)


def choose(mode: SandboxMode = "auto") -> Tier:
    """The tier to use on this machine. Raises HubError where one is required and there is none."""
    if mode == "off":
        return NONE
    tier, stronger = best()
    if tier is NONE and mode == "require":
        why = "; ".join(f"{name}: {reason}" for name, reason in stronger.items()) or "there is none for its system"
        hint = "install bubblewrap (apt install bubblewrap)" if stronger.get("bwrap") else ""
        raise HubError(f"No sandbox works on this machine: {why}", hint)
    return tier


def best() -> tuple[Tier, Mapping[str, str]]:
    """The strongest tier that this machine has, and of each stronger one of its system why it has not that."""
    reasons = {tier: tier.missing() for tier in TIERS if sys.platform.startswith(tier.system)}
    tier = next(tier for tier, reason in reasons.items() if not reason)
    names = [one.name for one in reasons]
    return tier, {one.name: reason for one, reason in reasons.items() if names.index(one.name) < names.index(tier.name)}


def is_weaker(tier: str, than: str) -> bool:
    """Whether one tier, by name, shuts in less than another. What brings its own is not compared."""
    names = [one.name for one in TIERS]
    return tier in names and than in names and names.index(tier) > names.index(than)


def tier_of(launch: StdioLaunch, tier: Tier) -> Tier:
    """What `launch` is shut in by where `tier` was chosen."""
    return CONTAINER if launch.contained else tier


def shut_in(launch: StdioLaunch, tier: Tier, home: Path) -> StdioLaunch:
    """`launch` in `tier`; its own folders are made. Raises HubError for one that cannot be
    made, and for a granted path that does not exist.

    home: a folder of the server's own that stays from start to start: its home, and its cache.
    """
    if tier is NONE or launch.contained:
        return launch
    grants = grants_of(launch, home)
    for folder in filter(None, (grants.home, launch.cwd)):
        # Nobody else's business, and what the server puts there may be secret.
        make_folder(Path(folder), mode=0o700)
    for path in grants.writes:
        if not Path(path).exists():
            raise HubError(
                f"{launch.id}: {path} does not exist, so that the sandbox cannot grant it",
                "make the file or folder first; a server in a sandbox cannot make it where it may not look",
            )
    shut = tier.wrap(launch, grants)
    return replace(shut, wrapping=len(shut.argv) - len(launch.argv))
