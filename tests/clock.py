"""Time that a test moves, for what waits and says when: nothing is waited for, whatever the machine."""

import asyncio

# Turns of the event loop: more than any chain of tasks here takes.
_TURNS = 40


class Time:
    """A clock that stands until a test moves it; whoever sleeps is woken when their time has come."""

    def __init__(self):
        self.now = 1_000.0
        self._sleepers = []

    def clock(self):
        return self.now

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, woken))
        await woken

    async def move(self, seconds):
        self.now += seconds
        for due, woken in self._sleepers:
            if due <= self.now and not woken.done():
                woken.set_result(None)
        await settle()


async def settle():
    """Let everything happen that needs no time."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
