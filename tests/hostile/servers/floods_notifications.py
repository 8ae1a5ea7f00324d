"""Says thousands of times that something changed, with variants of what.

variants: list_changed, message, progress
"""

from _wire import Server, send, text, variant

PARAMS = {
    "list_changed": ("notifications/tools/list_changed", {}),
    "message": ("notifications/message", {"level": "error", "data": "x" * 1000}),
    "progress": ("notifications/progress", {"progressToken": 1, "progress": 1}),
}


class Evil(Server):
    def call(self, name, arguments):
        method, params = PARAMS[variant()]
        for _ in range(3_000):
            send({"jsonrpc": "2.0", "method": method, "params": params})
        return text("done")


Evil().run()
