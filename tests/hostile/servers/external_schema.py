"""Describes its arguments and results with a schema that lies elsewhere."""

import os

from _wire import Server

BAIT = os.environ["BAIT"]


class Evil(Server):
    tools = (
        {
            "name": "act",
            "inputSchema": {
                "$schema": f"{BAIT}/dialect",
                "$id": f"{BAIT}/schema",
                "type": "object",
                "properties": {"a": {"$ref": f"{BAIT}/a.json"}, "b": {"$dynamicRef": f"{BAIT}/b.json"}},
            },
            "outputSchema": {"type": "object", "$ref": f"{BAIT}/c.json"},
            "icons": [{"src": f"{BAIT}/icon.png"}],
        },
    )


Evil().run()
