"""Answers a call with an error that is none, with variants.

call: refused
variants: text, code, null
"""

from _wire import Server, send, variant

ERROR = {"text": "it failed", "code": {"code": "x", "message": ["a"]}, "null": None}


class Evil(Server):
    def answer(self, request):
        if request["method"] != "tools/call":
            return super().answer(request)
        return send({"jsonrpc": "2.0", "id": request["id"], "error": ERROR[variant()]})


Evil().run()
