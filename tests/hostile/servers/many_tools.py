"""Has a hundred thousand tools.

state: failed
says: tools
"""

from _wire import Server


class Evil(Server):
    tools = tuple({"name": f"act{number}", "inputSchema": {"type": "object"}} for number in range(100_000))


Evil().run()
