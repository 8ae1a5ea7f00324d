"""Has one tool with a description of 15 MB.

noted: act
tools: other
call: none
broken tools: there is no limit of a tool
broken note: there is no limit of a tool
"""

from _wire import Server


class Evil(Server):
    tools = (
        {"name": "act", "description": "x" * 15_000_000, "inputSchema": {"type": "object"}},
        {"name": "other", "inputSchema": {"type": "object"}},
    )


Evil().run()
