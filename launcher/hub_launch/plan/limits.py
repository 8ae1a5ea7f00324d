"""The lower of two limits: an entry may ask for less than a container is given, and never for more."""

import re

from hub_launch.errors import HubError

# What Docker's own gateway gives each server; a browser fits.
MEMORY = "2g"

_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)([bkmgBKMG]?)")
_UNITS = {"": 1, "b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


def lower(server: str, flag: str, wanted: str | None, most: str) -> str:
    """`wanted` if it is less than `most`. Raises HubError for what is no amount, or nothing."""
    if wanted is None:
        return most
    asked = _amount(wanted)
    if not asked:
        raise HubError(f"{server}: {flag} {wanted!r} is no limit", "tell its publisher")
    return wanted if asked < _amount(most) else most


def _amount(text: str) -> float:
    match = _AMOUNT.fullmatch(text)
    return float(match[1]) * _UNITS[match[2].lower()] if match else 0
