"""From what a session showed to what is written down. Pure."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from hub_build.smoke.flags import flags_of
from hub_build.smoke.planning import Planned
from hub_build.smoke.session import Seen
from hub_launch.catalog import Entry, Recorded, canonical_json, tools_digest
from hub_launch.catalog.recorded import Definition, Outcome, RecordedCall, Tier
from hub_launch.plan import HttpLaunch
from hub_launch.run.offer import Offer

# By what each kind is known; also the order in the file.
_NAMED_BY = {"tools": "name", "prompts": "name", "resources": "uri", "resourceTemplates": "uriTemplate"}


def not_started(entry: Entry, outcome: Outcome, today: date, reason: str = "", needs: Iterable[str] = ()) -> Recorded:
    """The record of a server that was not started, for that reason."""
    return Recorded(
        id=entry.id,
        version=entry.version,
        outcome=outcome,
        reason=reason or None,
        needs=tuple(needs) or None,
        date=today.isoformat(),
    )


def recorded_of(
    entry: Entry, planned: Planned, seen: Seen, tier: Tier | None, today: date, paths: Mapping[str, str]
) -> Recorded:
    """The record of a server that was started.

    paths: what folders of this machine are called in the record, so that it is the same wherever it is made.
    """
    calls = _neutral_calls(seen.calls, paths)
    offered = _neutral(_offered(seen.offer), paths) if seen.offer else {}
    outcome, reason = _outcome(planned, seen, calls)
    tools = offered.get("tools")
    return Recorded.model_validate(
        {
            "id": entry.id,
            "version": entry.version,
            "outcome": outcome,
            "reason": _neutral(reason, paths) or None,
            "needs": planned.needs or None,
            "started": planned.started,
            "tier": tier,
            "date": today.isoformat(),
            "startSeconds": round(seen.start_seconds, 2) if seen.offer else None,
            **offered,
            "toolsSha256": tools_digest(tools) if tools is not None else None,
            "calls": calls or None,
            "flags": flags_of(offered) or None,
        }
    )


def _outcome(planned: Planned, seen: Seen, calls: tuple[RecordedCall, ...]) -> tuple[Outcome, str]:
    if planned.needs:
        # That it does not start without them is no failure; how it says so helps whoever looks.
        return "needs", "" if seen.offer else seen.reason
    if seen.offer is None:
        away = isinstance(planned.launch, HttpLaunch) or seen.cut_off
        return ("unreachable" if away else "failed"), seen.reason
    wrong = [call for call in calls if not call.passed]
    if wrong:
        return "failed", "; ".join(f"{call.tool}: {call.reason}" for call in wrong)
    return "passed", ""


def _offered(offer: Offer) -> dict[str, Any]:
    """The offer in the server's own words, sorted."""
    greeting = offer.greeting
    lists = {
        "tools": offer.tools,
        "prompts": offer.prompts,
        "resources": offer.resources,
        "resourceTemplates": offer.templates,
    }
    return {
        "protocolVersion": greeting.protocol_version if greeting else None,
        "serverInfo": greeting.server_info if greeting else None,
        "instructions": offer.instructions,
        "capabilities": greeting.capabilities if greeting else None,
        **{kind: _sorted((one.words() for one in items), _NAMED_BY[kind]) for kind, items in lists.items()},
    }


def _sorted(definitions: Iterable[Definition], key: str) -> list[Definition]:
    return sorted(definitions, key=lambda one: (str(one.get(key)), canonical_json(one)))


def _neutral_calls(calls: Iterable[RecordedCall], paths: Mapping[str, str]) -> tuple[RecordedCall, ...]:
    return tuple(call.model_copy(update={"reason": _neutral(call.reason, paths)}) for call in calls)


def _neutral(value: Any, paths: Mapping[str, str]) -> Any:
    """`value` with folders of this machine under their neutral names; longer paths first."""
    text = json.dumps(value, ensure_ascii=False)
    for path in sorted(paths, key=len, reverse=True):
        # As it is spelt within JSON, where a backslash is two.
        text = text.replace(json.dumps(path)[1:-1], paths[path])
    return json.loads(text)
