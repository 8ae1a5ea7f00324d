"""Ends when half of its answer is written.

call: refused
says: exited with code 4
"""

import os

from _wire import Server, write


class Evil(Server):
    def call(self, name, arguments):
        write(b'{"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "te')
        os._exit(4)


Evil().run()
