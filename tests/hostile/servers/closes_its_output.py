"""Closes its standard output and goes on living.

call: refused
says: closed
broken reason: a caller waits until its time is over
broken hint: a caller waits until its time is over
"""

import os
import time

from _wire import Server


class Evil(Server):
    def call(self, name, arguments):
        os.close(1)
        time.sleep(60)


Evil().run()
