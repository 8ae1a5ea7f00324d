"""How much is measured."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Scale:
    """Rounds, and calls in each."""

    rounds: int
    calls: int
    """One after the other."""
    calls_together: int
    """With many in flight."""
    starts: int
    """Rounds of starting everything anew."""
    servers: int
    """That are started together."""

    @property
    def tiny(self) -> Scale:
        """For warming up."""
        return replace(self, calls=min(self.calls, 30), calls_together=min(self.calls_together, 100))


# Ten minutes, most of them the starts of twenty servers; the shorter one says whether anything is far off.
WHOLE = Scale(rounds=9, calls=200, calls_together=800, starts=5, servers=20)
QUICK = Scale(rounds=3, calls=60, calls_together=240, starts=1, servers=20)


def tell(text: str) -> None:
    """Say how far it is, with the time, to whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
