"""Puts half of a character, which no UTF-8 can hold, into what it says of a tool and of itself.

state: ready or failed
limits: short
"""

from _wire import Server


class Evil(Server):
    tools = ({"name": "act", "description": "half a \ud83d smile", "inputSchema": {"type": "object"}},)

    def initialize(self, params):
        return super().initialize(params) | {"instructions": "half a \ude00 smile"}


Evil().run()
