"""Uvicorn as the hub wants it to start and to end."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any

import uvicorn

from hub_launch.hub.leaving import twins, waiting_at
from hub_launch.hub.replica import Replica
from hub_launch.hub.signals import stop_on_signals
from hub_launch.hub.wire import HEAD_SECONDS
from hub_launch.run.backend import CALL_SECONDS

# How often it is looked whether the last connection is gone.
_LOOK_SECONDS = 0.05


class Uvicorn(uvicorn.Server):
    """Uvicorn that ends in peace: its own way of raising the signal again after serving skips all clean-up.

    With a `drain`, the first signal has it say that it is leaving (`/readyz`) and answer as ever for so long; then
    nobody new is let in, streams end, each connection is closed with its next answer, and calls that are under way go
    on for as long as a call may. A second signal ends it at once.
    """

    def __init__(self, config: uvicorn.Config, replica: Replica) -> None:
        super().__init__(config)
        self._replica = replica
        self._at_once = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn, which leaves the time for a TLS handshake to the loop: a minute."""
        if self.config.is_ssl:
            loop = asyncio.get_running_loop()
            loop.create_server = partial(loop.create_server, ssl_handshake_timeout=HEAD_SECONDS)  # type: ignore[method-assign]
        await super().startup(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """See uvicorn."""
        with stop_on_signals(self.told_to_stop):
            yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn."""
        if self._replica.leaving.announced and not self._at_once:
            await self._let_go(sockets or [])
        self._replica.leaving.closing.set()
        await super().shutdown(sockets)

    def told_to_stop(self) -> None:
        """What a signal does."""
        leaving = self._replica.leaving
        if self._replica.drain and not leaving.announced:
            leaving.announced = True
            asyncio.get_running_loop().call_later(self._replica.drain, self._stop)
        else:
            self._at_once = leaving.announced
            self._stop()

    def _stop(self) -> None:
        self.should_exit = True

    async def _let_go(self, sockets: list[socket.socket]) -> None:
        """Take nobody new, and wait until the last connection is gone."""
        with twins(sockets) as listeners:
            for server in self.servers:
                server.close()
            await self._take([one for listener in listeners for one in waiting_at(listener)])
        # A proxy keeps connections for its next request: it is told with an answer, since one that is closed while a
        # request is on its way loses that. Those that are not used any more end by uvicorn's own clock.
        self.server_state.default_headers.append((b"connection", b"close"))
        self._replica.leaving.closing.set()
        loop = asyncio.get_running_loop()
        limit = loop.time() + CALL_SECONDS
        while self.server_state.connections and not self._at_once and loop.time() < limit:
            await asyncio.sleep(_LOOK_SECONDS)

    async def _take(self, connections: list[socket.socket]) -> None:
        loop = asyncio.get_running_loop()
        for one in connections:
            with contextlib.suppress(OSError):
                await loop.connect_accepted_socket(self._protocol, one, ssl=self.config.ssl)

    def _protocol(self) -> Any:
        """One connection's, as uvicorn makes them."""
        make: Any = self.config.http_protocol_class
        return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
