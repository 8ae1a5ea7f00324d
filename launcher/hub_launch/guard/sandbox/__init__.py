"""Shutting a server in: it sees its own program, its own folders and what its entry asks for, and nothing else."""

from hub_launch.guard.sandbox.grants import Grants, grants_of
from hub_launch.guard.sandbox.tiers import CONTAINER, NONE, TIERS, Tier, best, choose, is_weaker, shut_in, tier_of

__all__ = [
    "CONTAINER",
    "NONE",
    "TIERS",
    "Grants",
    "Tier",
    "best",
    "choose",
    "grants_of",
    "is_weaker",
    "shut_in",
    "tier_of",
]
