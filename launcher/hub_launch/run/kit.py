"""What an instance is given."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hub_launch.run.counts import Counts
from hub_launch.run.known import KNOWN_NOTHING, Known
from hub_launch.run.means import Means
from hub_launch.run.messages import Message
from hub_launch.run.queue import StartQueue


@dataclass(frozen=True, slots=True)
class Kit:
    """What an instance is given beside its launch."""

    name: str
    """For the queue of starts: other than those of all other instances."""
    log: Path
    on_change: Callable[[], None]
    """Told when its status or its offer is not what it was. Must not wait."""
    means: Means
    queue: StartQueue
    counts: Counts
    known: Known = KNOWN_NOTHING
    on_heard: Callable[[Message], None] = lambda message: None
    """Told what the server says of its own accord. Must not wait."""
    on_connected: Callable[[], None] = lambda: None
    """Told that it was connected anew. Must not wait."""
    kept_awake: Callable[[], bool] = lambda: False
    """Whether somebody wants to hear of it, so that it is not ended for being idle."""
