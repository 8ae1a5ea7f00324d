"""All that clients are told without having asked for it in this moment; one for the whole hub."""

import asyncio
import contextlib
from collections.abc import Iterator

from msgspec import Raw, UnsetType

from hub_launch.hub.asking import Client
from hub_launch.hub.attempts import tell
from hub_launch.hub.changes import Changes, Listener
from hub_launch.hub.desk import Desk
from hub_launch.hub.subscriptions import Subscriptions
from hub_launch.hub.voices import Voices
from hub_launch.run.background import Background
from hub_launch.run.messages import NO_FIELDS
from hub_launch.run.supervisor import Supervisor

# A server that all clients share has greeted the hub, whose requests have numbers of their own and who has no roots.
_OF_THE_HUB = frozenset(
    {
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/progress",
        "notifications/roots/list_changed",
    }
)


class News:
    """What servers say of their own accord, and who wants to hear it."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.changes = Changes(supervisor)
        self.subscriptions = Subscriptions(supervisor.servers)
        self.voices = Voices(supervisor.servers)
        self._background = Background()
        supervisor.ears.add(self.subscriptions)
        supervisor.ears.add(self.voices)

    @contextlib.contextmanager
    def listening(self, desk: Desk) -> Iterator[Listener]:
        """A listener for the lists of a desk's servers, whose subscriptions end with it."""
        with self.changes.listening(desk.everybody) as listener, self.subscriptions.of(listener):
            yield listener

    def pass_on(self, desk: Desk, method: str, params: Raw | UnsetType) -> None:
        """Tell a server that is by itself what a client says of its own accord, unless that concerns the hub alone."""
        if not desk.prefixed and method not in _OF_THE_HUB:
            self._background.start(tell(desk.only, method, params if isinstance(params, Raw) else NO_FIELDS))

    def end(self, client: Client) -> None:
        """A client's session is over."""
        self.subscriptions.forget(client)
        self.voices.forget(client)

    async def close(self) -> None:
        """Tell nobody any more."""
        await asyncio.gather(self.subscriptions.close(), self.voices.close(), self._background.close())
