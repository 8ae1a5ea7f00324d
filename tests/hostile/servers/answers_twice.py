"""Answers every request twice, the second time otherwise.

says: first
"""

from _wire import Server, send, text


class Evil(Server):
    def answer(self, request):
        super().answer(request)
        send({"jsonrpc": "2.0", "id": request["id"], "result": text("second")})
        send({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32603, "message": "third"}})

    def call(self, name, arguments):
        return text("first")


Evil().run()
