"""Never answers a call.

call: refused
says: did not answer within
limits: short
"""

import time

from _wire import Server


class Evil(Server):
    def call(self, name, arguments):
        time.sleep(600)


Evil().run()
