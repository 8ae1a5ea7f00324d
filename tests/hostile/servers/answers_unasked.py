"""Answers requests that nobody made, by the thousand.

says: asked for
"""

from _wire import Server, send, text


class Evil(Server):
    def call(self, name, arguments):
        for number in range(5_000):
            send({"jsonrpc": "2.0", "id": 10**9 + 10**6 + number, "result": text("forged")})
        return text("asked for")


Evil().run()
