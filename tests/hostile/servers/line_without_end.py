"""Answers with 200 MB and no end of the line.

call: refused
says: longer than
"""

import time

from _wire import Server, write


class Evil(Server):
    def call(self, name, arguments):
        for _ in range(200):
            write(b"x" * 1_000_000)
        time.sleep(600)


Evil().run()
