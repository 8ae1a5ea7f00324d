"""Has tools that are none among good ones, each wrong in another way.

tools: act, last
noted: left out
broken state: one malformed tool fails the whole server
broken tools: one malformed tool fails the whole server
broken reason: one malformed tool fails the whole server
broken note: one malformed tool fails the whole server
"""

from _wire import Server


class Evil(Server):
    tools = (
        {"name": "act", "inputSchema": {"type": "object"}},
        None,
        "a tool",
        {},
        {"inputSchema": {"type": "object"}},
        {"name": 7, "inputSchema": {"type": "object"}},
        {"name": "without-schema"},
        {"name": "text-for-schema", "inputSchema": "any"},
        {"name": "list-for-title", "title": ["a"], "inputSchema": {"type": "object"}},
        {"name": "last", "inputSchema": {"type": "object"}},
    )


Evil().run()
