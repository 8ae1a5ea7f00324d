"""The events of the fixture server's streams, kept so that a client can go on where it was cut off."""

from mcp.server.streamable_http import EventMessage, EventStore


class Events(EventStore):
    """In memory, for as long as a test lasts."""

    def __init__(self):
        self._events = []

    async def store_event(self, stream_id, message):
        self._events.append((stream_id, message))
        return str(len(self._events))

    async def replay_events_after(self, last_event_id, send_callback):
        last = int(last_event_id)
        stream = self._events[last - 1][0]
        for number, (owner, message) in enumerate(self._events[last:], last + 1):
            # An event without a message only says where the stream began.
            if owner == stream and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream
