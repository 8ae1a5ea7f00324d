"""Answers with JSON that is nested 200,000 deep, with variants of where.

call: refused
says: nested
variants: result, text
"""

import json

from _wire import Server, variant, write

DEEP = b"[" * 200_000 + b"]" * 200_000
RESULT = {
    "result": DEEP,
    "text": b'{"content": [{"type": "text", "text": ' + DEEP + b"}]}",
}


class Evil(Server):
    def answer(self, request):
        if request["method"] != "tools/call":
            return super().answer(request)
        start = b'{"jsonrpc": "2.0", "id": ' + json.dumps(request["id"]).encode()
        return write(start + b', "result": ' + RESULT[variant()] + b"}\n")


Evil().run()
