"""A server that notes every line it is told, and what it finds in its environment; it never answers a call."""

import json
import os
import sys
from pathlib import Path

from _wire import Server

NOTES = Path(sys.argv[1])


def note(what):
    with NOTES.open("a") as file:
        file.write(json.dumps(what) + "\n")


class Notes(Server):
    tools = ({"name": "wait", "inputSchema": {"type": "object"}},)

    def take(self, message):
        note(message)
        if message.get("method") != "tools/call":
            super().take(message)


note({"environ": dict(os.environ)})
Notes().run()
