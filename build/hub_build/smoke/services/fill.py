"""Putting the values of started services where an entry names them. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from hub_launch.catalog import Entry
from hub_launch.catalog.entry import Smoke
from hub_launch.catalog.services import PLACEHOLDER
from hub_launch.errors import ExitCode, HubError


def filled(entry: Entry, values: Mapping[str, str]) -> Entry:
    """`entry` with `${services.postgres.url}` in its smoke section replaced by the value `postgres.url`.

    Raises HubError for a value that no service of the section has.
    """
    if entry.smoke is None:
        return entry
    document = _filled(entry.smoke.model_dump(by_alias=True, exclude_unset=True), values)
    return entry.model_copy(update={"smoke": Smoke.model_validate(document)})


def neutral(values: Mapping[str, str]) -> dict[str, str]:
    """What values are called in a record, since each run has others: those that are long enough to be nothing else."""
    return {value: f"${{services.{name}}}" for name, value in values.items() if len(value) >= _UNMISTAKABLE}


# "smoke" and port numbers are words that a server may have for other reasons.
_UNMISTAKABLE = 12


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: _value(found, values), value)
    if isinstance(value, dict):
        return {key: _filled(one, values) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(one, values) for one in value]
    return value


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    name = f"{found[1]}.{found[2]}"
    if name not in values:
        known = ", ".join(values) or "no service is started"
        raise HubError(f"there is no {found[0]} here", f"known: {known}", ExitCode.USAGE)
    return values[name]
