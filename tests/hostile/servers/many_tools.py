"""Has a hundred thousand tools.

state: failed
says: tools
broken others_answer: there is no limit of tools
broken state: there is no limit of tools
broken tools: there is no limit of tools
broken reason: there is no limit of tools
broken memory: there is no limit of tools
"""

from _wire import Server


class Evil(Server):
    tools = tuple({"name": f"act{number}", "inputSchema": {"type": "object"}} for number in range(100_000))


Evil().run()
