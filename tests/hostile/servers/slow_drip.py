"""Writes its answers byte by byte.

says: done at last
"""

import json
import time

from _wire import Server, text, write


class Evil(Server):
    def answer(self, request):
        result = self.result(request["method"], request.get("params") or {})
        body = {"result": result} if result is not None else {"error": {"code": -32601, "message": "no"}}
        for byte in json.dumps({"jsonrpc": "2.0", "id": request["id"]} | body).encode() + b"\n":
            write(bytes([byte]))
            time.sleep(0.001)

    def call(self, name, arguments):
        return text("done at last")


Evil().run()
