"""How severe a log message is, as the protocol says it (RFC 5424)."""

from hub_launch.run.eras import LOG_LEVEL_KEY
from hub_launch.run.messages import NO_FIELDS, Fields, as_object, fields_of, raw

LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
"""From the least severe to the most. As `LoggingLevel` of the SDK; a test compares them."""

SET_LEVEL = "logging/setLevel"

# What a client of the older protocol hears that never said what it wants to hear: as most servers begin.
USUAL = "info"

_RANKS = {level: rank for rank, level in enumerate(LEVELS)}


def with_log_level(params: Fields, level: str) -> Fields:
    """The parameters of a request of the newer protocol that wants to hear log messages of that level."""
    meta = fields_of(params.get("_meta", NO_FIELDS)) or {}
    return {**params, "_meta": as_object({**meta, LOG_LEVEL_KEY: raw(level)})}


def is_level(text: str | None) -> bool:
    """Whether there is a level of that name."""
    return text in _RANKS


def reaches(level: str | None, least: str) -> bool:
    """Whether a message of `level` is as severe as `least`; one whose level nobody knows always is."""
    return _RANKS.get(level or "", len(LEVELS)) >= _RANKS[least]


def least_severe(levels: list[str]) -> str | None:
    """The one with which all who want these levels hear what they want; None for none."""
    return min(levels, key=_RANKS.__getitem__, default=None)
