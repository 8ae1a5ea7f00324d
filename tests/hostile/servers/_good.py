"""The server that must not be hurt: it says back what it is told."""

import os

from _wire import Server, text


class Good(Server):
    tools = ({"name": "echo", "inputSchema": {"type": "object"}},)

    def call(self, name, arguments):
        return text(f"good {os.getpid()} {arguments['say']}")


Good().run()
