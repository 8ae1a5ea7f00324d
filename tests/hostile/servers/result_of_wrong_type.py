"""Answers a call with something that is no result, with variants.

call: refused
variants: array, text, null, nothing
"""

from _wire import Server, send, variant

RESULT = {"array": [], "text": "done", "null": None}


class Evil(Server):
    def answer(self, request):
        if request["method"] != "tools/call":
            return super().answer(request)
        result = {"result": RESULT[variant()]} if variant() in RESULT else {}
        return send({"jsonrpc": "2.0", "id": request["id"]} | result)


Evil().run()
