"""Answers with 100 MB in one line.

call: refused
says: longer than
"""

import json

from _wire import Server, write


class Evil(Server):
    def answer(self, request):
        if request["method"] != "tools/call":
            return super().answer(request)
        write(b'{"jsonrpc": "2.0", "id": ' + json.dumps(request["id"]).encode())
        write(b', "result": {"content": [{"type": "text", "text": "')
        for _ in range(100):
            write(b"x" * 1_000_000)
        return write(b'"}]}}\n')


Evil().run()
