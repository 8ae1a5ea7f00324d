"""Ends in the middle of a call.

call: refused
says: exited with code 3
says: fatal: out of luck
"""

import os
import sys

from _wire import Server


class Evil(Server):
    def call(self, name, arguments):
        print("fatal: out of luck", file=sys.stderr, flush=True)
        os._exit(3)


Evil().run()
