"""Answers in batches, which the protocol does not have any more, before it answers.

says: on its own
"""

import json

from _wire import Server, text, write


class Evil(Server):
    def answer(self, request):
        forged = {"jsonrpc": "2.0", "id": request["id"], "result": text("in a batch")}
        write(json.dumps([forged] * 10).encode() + b"\n")
        super().answer(request)

    def call(self, name, arguments):
        return text("on its own")


Evil().run()
