"""Bumps as people, scripts and pull requests read them. Pure."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from hub_build.bump.run import Bump
from hub_build.markdown import cell, code
from hub_launch.text import printable

_TITLES = {
    "trivial": "may be published without a person",
    "review": "needs a person",
    "held": "held back",
    "failed": "could not be looked up",
}


def as_text(bumps: Sequence[Bump]) -> str:
    """A line a server that is not current, its reasons below it, and the sum."""
    lines: list[str] = []
    for bump in bumps:
        if bump.status != "current":
            lines.append(f"{bump.id}: {_versions(bump)}: {_TITLES[bump.status]}")
            lines += [f"    {printable(reason)}" for reason in bump.reasons]
    return "\n".join([*lines, *([""] if lines else []), summary(bumps)])


def as_json(bumps: Sequence[Bump]) -> str:
    """One object with a `bumps` list; `trivial` is true for what a workflow may merge by itself."""
    return json.dumps({"bumps": [_document(bump) for bump in bumps]}, indent=2, ensure_ascii=False)


def as_markdown(bumps: Sequence[Bump]) -> str:
    """A table for a pull request or a job's summary, and below it the reasons."""
    news = [bump for bump in bumps if bump.status != "current"]
    rows = [f"| {bump.id} | {cell(_versions(bump))} | {_TITLES[bump.status]} |" for bump in news]
    table = ["| server | version | verdict |", "|---|---|---|", *rows, ""] if rows else []
    notes = [f"- **{bump.id}**: {code(reason)}" for bump in news for reason in bump.reasons]
    return "\n".join([*table, *notes, *([""] if notes else []), summary(bumps)])


FORMATS: dict[str, Callable[[Sequence[Bump]], str]] = {"text": as_text, "json": as_json, "markdown": as_markdown}


def summary(bumps: Sequence[Bump]) -> str:
    """`10 servers: 7 current, 2 trivial, 1 review`."""
    number = "1 server" if len(bumps) == 1 else f"{len(bumps)} servers"
    counted = Counter[str](bump.status for bump in bumps)
    order = ("current", *_TITLES)
    words = ", ".join(f"{counted[status]} {status}" for status in order if status in counted)
    return f"{number}: {words}" if words else "no servers that follow a package"


def _versions(bump: Bump) -> str:
    return f"{bump.version} -> {printable(bump.newer.release.version)}" if bump.newer else bump.version


def _document(bump: Bump) -> dict[str, Any]:
    published = bump.newer.release.published if bump.newer else None
    return {
        "id": bump.id,
        "status": bump.status,
        "trivial": bump.status == "trivial",
        "from": bump.version,
        "to": bump.newer.release.version if bump.newer else bump.version,
        "published": published.isoformat() if published else None,
        "reasons": list(bump.reasons),
        "changes": {
            "added": bump.changes.added,
            "removed": bump.changes.removed,
            "changed": dict(bump.changes.changed or {}),
        },
    }
