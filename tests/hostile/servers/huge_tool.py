"""Has one tool with a description of 15 MB.

noted: act
tools: other
call: none
"""

from _wire import Server


class Evil(Server):
    tools = (
        {"name": "act", "description": "x" * 15_000_000, "inputSchema": {"type": "object"}},
        {"name": "other", "inputSchema": {"type": "object"}},
    )


Evil().run()
