"""Has tools that are none among good ones, each wrong in another way.

tools: act, last
noted: left out
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
