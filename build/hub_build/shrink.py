"""No site is replaced by one that lost servers, unless somebody says that this is meant."""

import json
from collections.abc import Collection
from pathlib import Path

from hub_launch.errors import HubError
from hub_launch.judge.registry import shown

# More than ever leave a registry in one day; less than any mistake in reading a folder loses.
MAX_LOST = 0.05


def refuse_shrinking(folder: Path, ids: Collection[str]) -> None:
    """Raise HubError if `ids` are much fewer servers than the site in `folder` has, or than can be told of it."""
    before, hint = _published(folder), "if this is meant, say so with --allow-shrink"
    if before is None:
        raise HubError(f"{shown(folder / 'index.json')} cannot be read, so nobody knows what would be lost", hint)
    lost = sorted(before - set(ids))
    # By count: servers that were renamed are gone under one id and there under another.
    if len(ids) < len(before) * (1 - MAX_LOST):
        raise HubError(
            f"{shown(folder)} has {len(before)} servers and would have {len(ids)}; gone: {', '.join(lost[:5])}", hint
        )


def _published(folder: Path) -> set[str] | None:
    """The ids in the site; none if there is no site yet, None if its index is not one."""
    try:
        return {str(row["id"]) for row in json.loads((folder / "index.json").read_bytes())["servers"]}
    except FileNotFoundError:
        return set()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
