"""Answers with numbers that no machine holds."""

import json

from _wire import Server, write


class Evil(Server):
    def answer(self, request):
        if request["method"] != "tools/call":
            return super().answer(request)
        # Not JSON, and passed over.
        write(b'{"jsonrpc": "2.0", "id": 1, "result": {"content": [], "a": NaN, "b": -Infinity}}\n')
        start = b'{"jsonrpc": "2.0", "id": ' + json.dumps(request["id"]).encode() + b', "result": '
        return write(start + b'{"content": [], "a": 1e999999, "b": ' + b"9" * 4000 + b"}}\n")


Evil().run()
