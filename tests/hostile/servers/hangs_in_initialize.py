"""Says nothing when it is asked to introduce itself.

state: failed
says: did not answer within
limits: short
"""

import time

from _wire import Server


class Evil(Server):
    def answer(self, request):
        time.sleep(600)


Evil().run()
