"""Answers `tools/list` with something that is no list of tools, with variants.

state: failed
variants: null, without, number, object
limits: short
"""

from _wire import Server, send, variant

RESULT = {
    "null": None,
    "without": {},
    "number": {"tools": 7},
    "object": {"tools": {"act": {}}},
}


class Evil(Server):
    def answer(self, request):
        if request["method"] != "tools/list":
            return super().answer(request)
        return send({"jsonrpc": "2.0", "id": request["id"], "result": RESULT[variant()]})


Evil().run()
