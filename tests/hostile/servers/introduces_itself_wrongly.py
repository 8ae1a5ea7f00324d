"""Answers `initialize` with something else, with variants.

state: failed or ready
variants: null, nothing, info
limits: short
"""

from _wire import Server, send, variant

RESULT = {"null": None, "info": {"protocolVersion": "2025-06-18", "serverInfo": 7}}


class Evil(Server):
    def answer(self, request):
        if request["method"] != "initialize":
            return super().answer(request)
        result = {"result": RESULT[variant()]} if variant() in RESULT else {}
        return send({"jsonrpc": "2.0", "id": request["id"]} | result)


Evil().run()
