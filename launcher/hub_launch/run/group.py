"""What several instances are together: one state, one reason, one health. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from hub_launch.run.health import UNKNOWN, Health, Level, Times
from hub_launch.run.state import SERVING, State, Status

# What is said of instances of which none serves: the most hopeful first.
_HOPES = (State.STARTING, State.PENDING, State.FAILED, State.QUARANTINED, State.STOPPED)
# Those that nobody waits for.
_OUT = frozenset({State.DEGRADED, State.FAILED, State.QUARANTINED, State.STOPPED})


class Member(Protocol):
    """An instance, as far as it matters here."""

    status: Status

    @property
    def health(self) -> Health:
        """See Health."""
        ...


def status_of(members: Sequence[Member]) -> Status:
    """The one status of at least one instance; of a single one its own."""
    if len(members) == 1:
        return members[0].status
    statuses = [one.status for one in members]
    serving = [one for one in statuses if one.state in SERVING]
    if not serving:
        return min(statuses, key=lambda one: _HOPES.index(one.state))
    status = replace(serving[0], state=State.READY, health=_level([one.health for one in statuses]))
    out = [one for one in statuses if one.state in _OUT]
    if out:
        which = f"{len(out)} of {len(statuses)} instances {'is' if len(out) == 1 else 'are'} out"
        return replace(status, state=State.DEGRADED, reason=f"{which}: {out[0].reason}", hint=out[0].hint)
    if len(serving) < len(statuses):
        return replace(status, reason=f"{len(serving)} of {len(statuses)} instances are up")
    return status


def health_of(members: Sequence[Member]) -> Health:
    """The one health of all: of a single one its own, of several what is worst."""
    if not members:
        return UNKNOWN
    all_of_them = [one.health for one in members]
    if len(all_of_them) == 1:
        return all_of_them[0]
    worst = max(all_of_them, key=lambda one: (one.failures, one.level is Level.DEGRADED))
    return Health(
        _level([one.level for one in all_of_them]),
        worst.reason,
        worst.failures,
        _slowest([one.probes for one in all_of_them]),
        min((one.answered for one in all_of_them if one.answered is not None), default=None),
    )


def _level(levels: Sequence[Level]) -> Level:
    """That of all, if they are alike. Those of which nothing is known yet are taken to be well."""
    known = {Level.HEALTHY if one is Level.UNKNOWN and set(levels) != {Level.UNKNOWN} else one for one in levels}
    return known.pop() if len(known) == 1 else Level.DEGRADED


def _slowest(times: Sequence[Times | None]) -> Times | None:
    return max((one for one in times if one), key=lambda one: one.median, default=None)
