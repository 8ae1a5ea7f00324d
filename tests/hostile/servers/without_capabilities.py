"""Does not say what it can.

state: ready or failed
"""

from _wire import Server


class Evil(Server):
    def initialize(self, params):
        result = super().initialize(params)
        del result["capabilities"]
        return result


Evil().run()
