"""Has tools whose names no client can use: one of them makes some model APIs refuse the tools of all servers.

tools: act
noted: left out
"""

from _wire import Server

NAMES = ["../../etc/passwd", "a\nb", "\x1b[2J\x1b[31mred", "", "x" * 10_000, "a\0b", "a\u202eb\u200bc", "rm -rf /", "é"]


class Evil(Server):
    tools = tuple({"name": name, "inputSchema": {"type": "object"}} for name in ["act", *NAMES])


Evil().run()
