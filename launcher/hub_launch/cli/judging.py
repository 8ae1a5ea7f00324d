"""What tools servers were agreed to have, as the lock of these settings says."""

from typing import TYPE_CHECKING

from hub_launch.guard.approval import Seal
from hub_launch.guard.lockfile import LockFile
from hub_launch.guard.tools import ToolPins
from hub_launch.settings import Settings

if TYPE_CHECKING:
    from hub_launch.run.means import Judge


def tool_pins(settings: Settings) -> ToolPins:
    """The pinned tools of this user."""
    return ToolPins(LockFile(settings.lock_path), Seal.of_user(settings.seal_path), settings.pinned_dir)


def tools_judge(pins: ToolPins) -> "Judge":
    """Refuses tools that are not those that were agreed to."""
    return lambda server, offer, abilities: pins.refusal(server, [tool.words() for tool in offer.tools], abilities)
