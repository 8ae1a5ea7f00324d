"""How much is measured, and beside whom."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubs.contestants import Contestant


@dataclass(frozen=True, slots=True)
class Scale:
    """Rounds, and what is done in each."""

    rounds: int
    """Of calls, searches and visits."""
    calls: int
    """One after the other."""
    calls_together: int
    """With many in flight."""
    starts: int
    """Rounds of starting everything anew."""
    servers: int
    """That are started together."""
    compiled: tuple[int, ...]
    """Entries that are checked and compiled, growing: of memory, the kernel knows the most of all so far."""
    listed: int
    """Servers in a list, a search, a catalog."""

    @property
    def tiny(self) -> Scale:
        """For warming up."""
        return replace(self, calls=min(self.calls, 30), calls_together=min(self.calls_together, 100))


# Half an hour in all; the shorter one says whether anything is far off.
WHOLE = Scale(
    rounds=7, calls=200, calls_together=800, starts=3, servers=20, compiled=(1_000, 10_000, 100_000), listed=25_000
)
QUICK = Scale(rounds=3, calls=60, calls_together=240, starts=1, servers=20, compiled=(1_000,), listed=2_000)


@dataclass(frozen=True, slots=True)
class Run:
    """What a benchmark is given."""

    peers: Sequence[Contestant]
    cache: Path
    """Where peers are installed."""
    scale: Scale = WHOLE

    @property
    def hubs(self) -> Sequence[Contestant]:
        """The peers that speak MCP."""
        return [peer for peer in self.peers if peer.mcp]


def tell(text: str) -> None:
    """Say how far it is, with the time, to whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
