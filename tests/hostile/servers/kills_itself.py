"""Is ended by a signal in the middle of a call.

call: refused
says: SIGSEGV
"""

import os
import signal

from _wire import Server


class Evil(Server):
    def call(self, name, arguments):
        os.kill(os.getpid(), signal.SIGSEGV)


Evil().run()
