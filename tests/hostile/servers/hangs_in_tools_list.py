"""Introduces itself and never says which tools it has.

state: failed
says: did not answer within
limits: short
"""

import time

from _wire import Server


class Evil(Server):
    def list_tools(self, params):
        time.sleep(600)


Evil().run()
