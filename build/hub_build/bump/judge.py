"""Whether a newer version may be published without a person. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hub_build.smoke.run import Smoked
from hub_build.upstream import Release
from hub_launch.catalog import Recorded

# Releases of stolen accounts were found and taken back within hours, the slow ones within days: whoever waits a week
# lets others find them. (npm and pnpm offer the same as `min-release-age`, uv as `exclude-newer`.)
WAITING_DAYS = 7


def reasons(test: Smoked, before: Recorded | None, release: Release, now: datetime) -> list[str]:
    """Why a person has to look at it, a line each; empty where it is trivial.

    test: of the newer version, compared with the version before. before: what is on record of the version before.
    """
    return [
        *_waiting(release, now),
        *_untested(test.recorded),
        *_compared(test, before),
        *_flagged(test.recorded, before),
    ]


def _waiting(release: Release, now: datetime) -> Iterator[str]:
    if release.published is None:
        yield "nobody says when it was published, so that nobody knows whether the waiting period is over"
        return
    age = now - release.published
    if age < timedelta(days=WAITING_DAYS):
        # Whole days, so that the report of one day stays the same.
        yield f"it was published {max(age.days, 0)} days ago; the waiting period is {WAITING_DAYS} days"


def _untested(recorded: Recorded) -> Iterator[str]:
    if recorded.outcome != "passed":
        needs = f" {', '.join(recorded.needs)}" if recorded.needs else ""
        why = f": {recorded.reason}" if recorded.reason else ""
        yield f"its smoke test did not pass: {recorded.outcome}{needs}{why}"


def _compared(test: Smoked, before: Recorded | None) -> Iterator[str]:
    if before is None or before.tools is None or test.recorded.tools is None:
        yield "its tools cannot be compared: nothing is on record of one of the two versions"
        return
    yield from (f"tool {line}" for line in test.changes.sentences())
    if before.instructions != test.recorded.instructions:
        yield "its instructions for models changed"


def _flagged(recorded: Recorded, before: Recorded | None) -> Iterator[str]:
    known = {(flag.where, flag.rule) for flag in (before.flags if before else None) or ()}
    for flag in recorded.flags or ():
        if (flag.where, flag.rule) not in known:
            yield f"{flag.where}: {flag.found}"
