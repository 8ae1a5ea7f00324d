"""Puts its secret into everything it says, with variants of how it then fails.

state: failed
says: ***
variants: exit, error
"""

import os
import sys

from _wire import Server, send, variant

KEY = os.environ["KEY"]


class Evil(Server):
    def answer(self, request):
        print(f"error: bad key {KEY}", file=sys.stderr, flush=True)
        if variant() == "exit":
            sys.exit(f"fatal: {KEY} was refused")
        send({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32603, "message": f"bad key {KEY}"}})


Evil().run()
