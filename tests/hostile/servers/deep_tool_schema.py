"""Has a tool whose schema is nested 200,000 deep.

state: failed
says: nested
"""

import json

from _wire import Server, write


class Evil(Server):
    def answer(self, request):
        if request["method"] != "tools/list":
            return super().answer(request)
        start = b'{"jsonrpc": "2.0", "id": ' + json.dumps(request["id"]).encode()
        schema = b'{"type": "object", "not": ' * 200_000 + b"{}" + b"}" * 200_000
        return write(start + b', "result": {"tools": [{"name": "act", "inputSchema": ' + schema + b"}]}}\n")


Evil().run()
