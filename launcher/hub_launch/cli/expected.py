"""What is expected of servers that were never started here, so that the first list need not wait for their start."""

from collections.abc import Iterable

from hub_launch.errors import HubError
from hub_launch.guard.tools import ToolPins
from hub_launch.index.registries import Found
from hub_launch.plan import Launch
from hub_launch.run.known import Known
from hub_launch.run.recorded import recorded_offer


def expect_recorded(known: Known, planned: Iterable[tuple[Launch, Found]], pins: ToolPins) -> None:
    """Have each server be known to offer what the registry's smoke test saw, unless it is known better.

    What the server itself says replaces it when it is up. Where the registry cannot be asked, nothing is expected.
    """
    try:
        for launch, found in planned:
            if found.row.recorded and known.load(launch) is None:
                _expect(known, launch, found, pins)
    except HubError:
        return


def _expect(known: Known, launch: Launch, found: Found, pins: ToolPins) -> None:
    recorded = found.registry.recorded(found.row)
    # Another of the entry's alternatives may be another program.
    if recorded and recorded.started and recorded.started.kind == launch.kind:
        offer = recorded_offer(recorded)
        # Nobody is shown tools of a new version that are not those of the one that was agreed to.
        if offer and pins.takes(launch.id, recorded.tools or ()):
            known.save(launch, offer)
