"""Has two tools of one name: which one is called must not be a matter of luck.

tools: act
noted: left out
"""

from _wire import Server


class Evil(Server):
    tools = (
        {"name": "act", "description": "the first", "inputSchema": {"type": "object"}},
        {"name": "act", "description": "the second", "inputSchema": {"type": "object"}},
    )


Evil().run()
