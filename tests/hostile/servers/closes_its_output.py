"""Closes its standard output and goes on living.

call: refused
says: closed
"""

import os
import time

from _wire import Server


class Evil(Server):
    def call(self, name, arguments):
        os.close(1)
        time.sleep(60)


Evil().run()
