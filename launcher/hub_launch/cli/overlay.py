"""The user's own entries, with what other registries have to say about their ids."""

from typing import TYPE_CHECKING

from hub_launch.index.overlay import OVERLAY
from hub_launch.index.registries import BROWSE_SECONDS, Registries
from hub_launch.settings import Settings

if TYPE_CHECKING:
    from hub_launch.judge.overlay import Overlay


def overlay_of(settings: Settings) -> "Overlay":
    """The user's own entries; ids that other registries use are taken."""
    # Here: the checks take a quarter of a second to import.
    from hub_launch.judge.overlay import Overlay

    def taken(name: str) -> str:
        registries = Registries.open(settings, BROWSE_SECONDS).registries
        return ", ".join(one.name for one in registries if one.name != OVERLAY and one.knows(name))

    return Overlay(settings.overlay_dir, taken)
